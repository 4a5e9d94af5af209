/** The fields of a JSON object, of bytes or already read; of anything else there are none. */
export function jsonObject(value: unknown): Readonly<Record<string, unknown>> {
  const read = value instanceof Uint8Array ? parse(value) : value;
  return read !== null && typeof read === 'object' && !Array.isArray(read) ? (read as Record<string, unknown>) : {};
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
