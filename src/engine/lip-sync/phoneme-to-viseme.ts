import { addWeights, weightsOf, type Viseme, type VisemeWeights } from './viseme.ts';

/** What the lips themselves must touch: each other (p b m), the upper teeth (f v), or nothing. */
export type LipContact = 'lips' | 'teeth' | 'none';

/** The mouth one sound asks for, before its neighbours have their say. */
export type MouthShape = {
  readonly kind: 'vowel' | 'consonant' | 'pause';
  readonly contact: LipContact;
  readonly weights: VisemeWeights;
  /** 0 takes its neighbours' shape entirely .. 1 insists on its own. */
  readonly strength: number;
  /** 0 spread or neutral .. 1 tightly rounded; rounding is anticipated by the sounds before it. */
  readonly rounding: number;
  /** Share of a lip contact's duration during which the lips touch; the rest is the burst. 1 for other sounds. */
  readonly contactShare: number;
};

/** A part of a sound: diphthongs and affricates pass through more than one shape. Shares of a sound sum to 1. */
export type PhonemeStage = { readonly shape: MouthShape; readonly share: number };

type Mix = Partial<Record<Viseme, number>>;
type Row = readonly [symbols: string, mix: Mix, strength: number];

/**
 * Consonants by place of articulation: what is seen of a sound is its place, so every further symbol of the IPA chart stands
 * in the row of its place. `strength` follows how visible the place is from outside: lips, then teeth, then the tongue.
 */
const CONSONANTS: readonly Row[] = [
  ['p b m ɓ ʙ', { PP: 1 }, 0],
  ['f v ɱ ⱱ', { FF: 1 }, 0],
  ['ɸ β', { PP: 0.55, U: 0.25, sil: 0.2 }, 0.8],
  ['ʋ', { FF: 0.6, U: 0.2, E: 0.2 }, 0.7],
  ['w ʍ', { U: 1 }, 0.95],
  ['ɥ', { U: 0.6, I: 0.4 }, 0.95],
  ['θ ð', { TH: 1 }, 0.8],
  ['s z', { SS: 1 }, 0.6],
  ['ɬ ɮ', { SS: 0.6, nn: 0.4 }, 0.5],
  ['ʃ ʒ ʂ ʐ ɕ ʑ ç ʝ ɧ', { CH: 1 }, 0.75],
  ['t d ɾ ʈ ɖ ɗ ᶑ ǀ ǃ ǂ', { DD: 1 }, 0.4],
  ['n l ɲ ɫ ʎ ɳ ɭ ɺ ȴ ȵ ǁ', { nn: 1 }, 0.35],
  ['ɹ r ɻ ɽ', { RR: 1 }, 0.6],
  ['ʁ ʀ', { RR: 0.6, kk: 0.4 }, 0.35],
  ['k ɡ g ŋ x q χ ɣ ɢ ɴ ɰ ɠ ʛ ʟ', { kk: 1 }, 0.25],
  ['c ɟ ʄ', { kk: 0.6, I: 0.4 }, 0.35],
  ['h ɦ ʔ ħ ʕ ʜ ʢ ʡ', { kk: 1 }, 0.06],
  ['j', { I: 1 }, 0.45],
];

/** Vowels; front rounded ones are their spread partner with 0.4 of U, the share given for ARKit-style sets. */
const VOWELS: readonly Row[] = [
  ['a ɑ æ ʌ ɐ', { aa: 1 }, 1],
  ['ɶ', { aa: 0.7, U: 0.3 }, 1],
  ['e ɛ', { E: 1 }, 0.95],
  ['ə ɘ', { E: 1 }, 0.5],
  ['ɤ', { E: 0.6, aa: 0.4 }, 0.9],
  ['ø œ ɞ', { E: 0.6, U: 0.4 }, 1],
  ['ɵ', { U: 0.6, E: 0.4 }, 0.9],
  ['i ɪ ᵻ', { I: 1 }, 0.9],
  ['ɨ', { I: 0.7, E: 0.3 }, 0.85],
  ['y ʏ', { I: 0.6, U: 0.4 }, 1],
  ['ʉ ᵿ', { U: 0.6, I: 0.4 }, 1],
  ['ɔ o ɒ', { O: 1 }, 1],
  ['u', { U: 1 }, 1],
  ['ʊ', { U: 0.75, E: 0.25 }, 1],
  ['ɯ', { U: 0.6, I: 0.4 }, 0.8],
  ['ɚ ɝ ɜ', { RR: 0.6, E: 0.4 }, 0.8],
];

/** The burst and the breath of p begin in the last seventh of the segment; b lets go later, m never does. [J] */
const CONTACT_SHARE: Readonly<Record<string, number>> = { p: 0.86, b: 0.9, ɓ: 0.9 };

const PAUSES: ReadonlySet<string> = new Set(['', 'sil', 'pau', 'sp', 'spn', '_', '#', '|', '‖']);
const FRICATIVES = 'szʃʒʂʐɕʑçfvɸβθðxχɬɮʁ';
const AFFRICATE_STOPS = 'tdʈɖpbkq';

/** Share of a diphthong taken by its first vowel. */
const DIPHTHONG_FIRST_SHARE = 0.6;
/** Rounding added to a consonant with a labialisation mark, such as kʷ. */
const LABIALISED_ROUNDING = 0.4;

/** The shape of silence. */
export const PAUSE_SHAPE = shapeOf('pause', { sil: 1 }, 1, 'none', 1);
/** A symbol without any known letter: a half-open neutral mouth that gives way to its neighbours. */
const NEUTRAL = shapeOf('consonant', { E: 0.5, kk: 0.5 }, 0.15, 'none', 1);

const SHAPES: ReadonlyMap<string, MouthShape> = new Map([
  ...CONSONANTS.flatMap((row) => shapesOfRow('consonant', row)),
  ...VOWELS.flatMap((row) => shapesOfRow('vowel', row)),
]);

/**
 * The shapes a sound passes through. Takes one IPA symbol, a diphthong, an affricate, or a short sequence; stress, length,
 * tone and secondary marks are ignored except labialisation (rounds) and the rhotic hook. Never throws: what is not known
 * falls back to its base letter, then to a neutral mouth.
 */
export function phonemeStages(phoneme: string): readonly PhonemeStage[] {
  if (PAUSES.has(phoneme.trim().toLowerCase())) return [{ shape: PAUSE_SHAPE, share: 1 }];
  const letters = lettersOf(phoneme);
  if (letters.length === 0) return [{ shape: NEUTRAL, share: 1 }];
  return withShares(letters.map(shapeOfLetter), startsAsAffricate(letters));
}

type Letter = { readonly symbol: string; readonly labialised: boolean; readonly rhotic: boolean };

function lettersOf(phoneme: string): Letter[] {
  const letters: Letter[] = [];
  for (const character of phoneme.normalize('NFC')) {
    const last = letters.at(-1);
    if (character === 'ʷ' && last !== undefined) letters.splice(-1, 1, { ...last, labialised: true });
    else if (character === '˞' && last !== undefined) letters.splice(-1, 1, { ...last, rhotic: true });
    else if (/[\p{Ll}\p{Lu}\p{Lo}]/u.test(character)) {
      letters.push({ symbol: baseSymbol(character), labialised: false, rhotic: false });
    }
  }
  return letters;
}

/** ç is a letter of its own although Unicode can take it apart; every other accented letter stands for its base. */
function baseSymbol(character: string): string {
  if (SHAPES.has(character)) return character;
  const base = [...character.normalize('NFD')][0] ?? character;
  if (SHAPES.has(base)) return base;
  return base.toLowerCase();
}

function shapeOfLetter(letter: Letter): MouthShape {
  const shape = SHAPES.get(letter.rhotic ? 'ɚ' : letter.symbol) ?? NEUTRAL;
  if (!letter.labialised || shape.contact !== 'none') return shape;
  const weights = shape.weights.map((weight) => weight * (1 - LABIALISED_ROUNDING));
  addWeights(weights, weightsOf({ U: 1 }), LABIALISED_ROUNDING);
  return { ...shape, weights, rounding: LABIALISED_ROUNDING, strength: Math.max(shape.strength, 0.7) };
}

/** tʃ, dʒ, ts, pf and the like show their fricative almost from the start; the stop is short. */
function startsAsAffricate([first, second]: readonly Letter[]): boolean {
  if (first === undefined || second === undefined) return false;
  return AFFRICATE_STOPS.includes(first.symbol) && FRICATIVES.includes(second.symbol);
}

function withShares(shapes: readonly MouthShape[], affricate: boolean): PhonemeStage[] {
  const vowelRatio = DIPHTHONG_FIRST_SHARE / (1 - DIPHTHONG_FIRST_SHARE);
  const firstVowel = shapes.findIndex((shape) => shape.kind === 'vowel');
  const parts = shapes.map((shape, index) => {
    if (affricate && index === 0) return { shape, part: shape.contact === 'lips' ? 0.8 : 0.3 };
    return { shape, part: index === firstVowel ? vowelRatio : 1 };
  });
  const total = parts.reduce((sum, { part }) => sum + part, 0);
  return parts.map(({ shape, part }) => ({ shape, share: part / total }));
}

function shapesOfRow(kind: 'vowel' | 'consonant', [symbols, mix, strength]: Row): [string, MouthShape][] {
  const contact: LipContact = mix.PP === 1 ? 'lips' : mix.FF === 1 ? 'teeth' : 'none';
  return symbols
    .split(' ')
    .map((symbol) => [symbol, shapeOf(kind, mix, strength, contact, CONTACT_SHARE[symbol] ?? 1)]);
}

function shapeOf(
  kind: MouthShape['kind'],
  mix: Mix,
  strength: number,
  contact: LipContact,
  contactShare: number,
): MouthShape {
  const weights = weightsOf(mix);
  const rounding = (mix.U ?? 0) + 0.7 * (mix.O ?? 0);
  return { kind, contact, weights, strength, rounding, contactShare };
}
