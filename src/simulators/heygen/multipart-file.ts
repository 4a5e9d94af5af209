/** The bytes of the part named `file` of a multipart/form-data body (RFC 7578); undefined when there is none. */
export function fileOf(body: Buffer, contentType: string): Buffer | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(delimiter); at !== -1;) {
    const next = body.indexOf(delimiter, at + delimiter.length);
    if (next === -1) return undefined;
    const part = body.subarray(at + delimiter.length + 2, next - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    if (headEnd !== -1 && /name="file"/i.test(part.subarray(0, headEnd).toString('latin1'))) {
      return part.subarray(headEnd + 4);
    }
    at = next;
  }
  return undefined;
}
