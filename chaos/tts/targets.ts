/** What is promised of speech whatever happens to its vendors. */
export const LEAST_FINISHED_PERCENT = 99.9;
/** Calls that reach a dead GPU server before it is out of rotation. */
export const MOST_CALLS = 5;
/** From the recovery of a server to its next utterance. */
export const MOST_HEALING_SECONDS = 60;
/** False openings of a breaker in 100,000 calls. */
export const MOST_OPENINGS = 1;
/** Attempts per request while every vendor is down. */
export const MOST_ATTEMPTS = 1.2;
