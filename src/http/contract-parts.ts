import { Type } from 'typebox';
import type { TSchema } from 'typebox';

/** What the contracts are made of. Requests are camelCase, answers snake_case; nothing unknown is let through. */
export const closed = { additionalProperties: false } as const;

export function nullable<Schema extends TSchema>(schema: Schema, options: { readonly description?: string } = {}) {
  return Type.Union([schema, Type.Null()], options);
}

export function choice<const Values extends string[]>(
  values: readonly [...Values],
  options: { readonly description?: string } = {},
) {
  return Type.Enum(values, { type: 'string', ...options });
}

export const Timestamp = Type.String({ format: 'date-time', examples: ['2026-11-23T09:30:00.000Z'] });

export const Link = Type.String({ format: 'uri-reference' });

export const LanguageSchema = Type.String({
  description: 'BCP 47 tag of the text’s language, such as `en` or `pt-BR`. Without it: detected.',
  examples: ['en'],
});

export const VOICE_PROFILES = ['default', 'professional', 'casual'] as const;
export const VOICE_STYLES = ['neutral', 'excited', 'calm'] as const;

const voice = {
  profile: choice(VOICE_PROFILES),
  style: choice(VOICE_STYLES),
  seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
};

/** A voice whose every choice is made. */
export const VoiceSchema = Type.Object(voice, { ...closed, title: 'Voice' });

/** The wishes of a request. */
export const VoiceWishSchema = Type.Object(
  {
    profile: Type.Optional(voice.profile),
    style: Type.Optional(voice.style),
    seed: Type.Optional(voice.seed),
  },
  { ...closed, description: 'How it is said. What is left out comes from the server’s configuration.' },
);

export const UncertainRepeats = Type.Integer({
  minimum: 0,
  description: 'Calls that were sent again because no answer arrived, to providers that may have charged twice.',
});
