/** Whoever is asked over a network in production mode. */
export const VENDORS = ['openai', 'vibevoice', 'elevenlabs', 'openai-speech', 'heygen', 's3'] as const;

export type Vendor = (typeof VENDORS)[number];

export type OfEachVendor<Value> = Readonly<Record<Vendor, Value>>;

export function ofEachVendor<Value>(make: (vendor: Vendor) => Value): OfEachVendor<Value> {
  return {
    openai: make('openai'),
    vibevoice: make('vibevoice'),
    elevenlabs: make('elevenlabs'),
    'openai-speech': make('openai-speech'),
    heygen: make('heygen'),
    s3: make('s3'),
  };
}
