type Expected = { readonly status: number; readonly code: string; readonly pointer?: string; readonly value?: unknown };

/** Bodies with one field that breaks a rule, and how each is refused. */
export const FIELD_CASES: Record<string, { readonly overrides: object; readonly expected: Expected }> = {
  'an empty script': {
    overrides: { script: '' },
    expected: { status: 422, code: 'empty_script', pointer: '/script', value: '' },
  },
  'a blank script': {
    overrides: { script: ' \n\t ' },
    expected: { status: 422, code: 'empty_script', pointer: '/script', value: 'nothing but spaces' },
  },
  'a script of punctuation': {
    overrides: { script: '?! …' },
    expected: { status: 422, code: 'empty_script', pointer: '/script', value: 'no letter or digit' },
  },
  '3,001 characters': {
    overrides: { script: 'é'.repeat(3001) },
    expected: { status: 422, code: 'script_too_long', pointer: '/script', value: 3001 },
  },
  '3,001 characters of several code points each': {
    overrides: { script: `a${'🇩🇪'.repeat(3000)}` },
    expected: { status: 422, code: 'script_too_long', pointer: '/script', value: 3001 },
  },
  'a script that takes too long to say': {
    overrides: { script: 'Word by word. '.repeat(200) },
    expected: { status: 422, code: 'speech_too_long', pointer: '/script' },
  },
  'a callback to a metadata service': {
    overrides: { callbackUrl: 'https://169.254.169.254/latest' },
    expected: { status: 422, code: 'invalid_callback_url', pointer: '/callbackUrl', value: '169.254.169.254' },
  },
  'a callback over another protocol': {
    overrides: { callbackUrl: 'ftp://example.com/x' },
    expected: { status: 422, code: 'invalid_callback_url', pointer: '/callbackUrl', value: 'ftp://example.com/x' },
  },
  'a number for a callback': {
    overrides: { callbackUrl: 1 },
    expected: { status: 422, code: 'wrong_type', pointer: '/callbackUrl', value: 1 },
  },
  'a time without its zone': {
    overrides: { runAt: '2027-03-01T09:00:00' },
    expected: { status: 422, code: 'invalid_value', pointer: '/runAt', value: '2027-03-01T09:00:00' },
  },
  'a day that does not exist': {
    overrides: { runAt: '2027-13-01T09:00:00Z' },
    expected: { status: 422, code: 'invalid_value', pointer: '/runAt' },
  },
  'a time after the year 2099': {
    overrides: { runAt: '2100-01-01T00:00:00Z' },
    expected: { status: 422, code: 'invalid_value', pointer: '/runAt' },
  },
  'too high a priority': {
    overrides: { priority: 11 },
    expected: { status: 422, code: 'invalid_value', pointer: '/priority', value: 11 },
  },
  'half a priority': {
    overrides: { priority: 0.5 },
    expected: { status: 422, code: 'wrong_type', pointer: '/priority' },
  },
  'an unknown template': {
    overrides: { template: 'presenter2' },
    expected: { status: 422, code: 'unknown_template', pointer: '/template', value: 'presenter2' },
  },
  'a template named after something every object has': {
    overrides: { template: 'constructor' },
    expected: { status: 422, code: 'unknown_template', pointer: '/template', value: 'constructor' },
  },
  'an unknown presenter': {
    overrides: { presenter: 'bob' },
    expected: { status: 422, code: 'unknown_presenter', pointer: '/presenter', value: 'bob' },
  },
  'a language that nobody speaks': {
    overrides: { language: 'tlh' },
    expected: { status: 422, code: 'unsupported_language', pointer: '/language', value: 'tlh' },
  },
  'a language that is no tag': {
    overrides: { language: 'English please' },
    expected: { status: 422, code: 'invalid_value', pointer: '/language', value: 'English please' },
  },
  'a number for a script': {
    overrides: { script: 42 },
    expected: { status: 422, code: 'wrong_type', pointer: '/script', value: 42 },
  },
  'null for a script': {
    overrides: { script: null },
    expected: { status: 422, code: 'wrong_type', pointer: '/script', value: null },
  },
  'a list for a script': {
    overrides: { script: ['a', 'b'] },
    expected: { status: 422, code: 'wrong_type', pointer: '/script', value: 'an array of 2' },
  },
  'a text for a seed': {
    overrides: { voice: { seed: '42' } },
    expected: { status: 422, code: 'wrong_type', pointer: '/voice/seed', value: '42' },
  },
  'a seed that is not whole': {
    overrides: { voice: { seed: 1.5 } },
    expected: { status: 422, code: 'wrong_type', pointer: '/voice/seed', value: 1.5 },
  },
  'a negative seed': {
    overrides: { voice: { seed: -1 } },
    expected: { status: 422, code: 'invalid_value', pointer: '/voice/seed', value: -1 },
  },
  'a style that does not exist': {
    overrides: { voice: { style: 'angry' } },
    expected: { status: 422, code: 'invalid_value', pointer: '/voice/style', value: 'angry' },
  },
  'a number for a style': {
    overrides: { voice: { style: 5 } },
    expected: { status: 422, code: 'wrong_type', pointer: '/voice/style', value: 5 },
  },
  'an unknown field': {
    overrides: { sript: 'Hello' },
    expected: { status: 422, code: 'unknown_field', pointer: '/sript', value: 'sript' },
  },
  'an unknown field with a slash and a tilde': {
    overrides: { 'a/b~c': 1 },
    expected: { status: 422, code: 'unknown_field', pointer: '/a~1b~0c', value: 'a/b~c' },
  },
  'an unknown field inside another': {
    overrides: { voice: { pitch: 2 } },
    expected: { status: 422, code: 'unknown_field', pointer: '/voice/pitch', value: 'pitch' },
  },
  'an aspect ratio that the engine does not draw': {
    overrides: { aspectRatio: '9:16' },
    expected: { status: 422, code: 'unsupported_value', pointer: '/aspectRatio', value: '9:16' },
  },
  'a video provider that there is not': {
    overrides: { videoProvider: 'studio' },
    expected: { status: 422, code: 'invalid_value', pointer: '/videoProvider', value: 'studio' },
  },
  'a background that no vendor could fetch': {
    overrides: { videoProvider: 'heygen', background: { imageUrl: 'http://169.254.169.254/latest.png' } },
    expected: {
      status: 422,
      code: 'invalid_image_url',
      pointer: '/background/imageUrl',
      value: '169.254.169.254',
    },
  },
  'a word for whether to enhance': {
    overrides: { enhance: 'yes' },
    expected: { status: 422, code: 'wrong_type', pointer: '/enhance', value: 'yes' },
  },
  'an empty userId': {
    overrides: { userId: '' },
    expected: { status: 422, code: 'invalid_value', pointer: '/userId', value: '' },
  },
};
