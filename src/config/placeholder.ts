/** What stands in examples where a key belongs; no vendor makes keys that hold such words. */
const WORDS =
  /your[-_ ]?(?:own[-_ ]?)?(?:api[-_ ]?|secret[-_ ]?|access[-_ ]?)*(?:key|token|secret|password)|key[-_ ]?(?:goes[-_ ]?)?here|change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this|with)|insert[-_ ]?(?:your|key)|put[-_ ]?your|placeholder|dummy[-_ ]?key|example[-_ ]?key|examplekey|\bYOUR[-_]/i;
const SHAPES = /^<.*>$|^\[.*\]$|^\{.*\}$|(?:\.{3}|…)$|x{6}|\*{4}|^(.)\1+$/i;

/** True for a secret that was copied from an example and never filled in, such as `sk-proj-YOUR_KEY_HERE` or `changeme`. */
export function isPlaceholder(secret: string): boolean {
  return WORDS.test(secret) || SHAPES.test(secret);
}
