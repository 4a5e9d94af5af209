/** What is kept for as long as speech is, and for as long as videos are. */
export type ObjectClass = 'audio' | 'videos';

/** Every folder that the pipeline and the routes write to. */
export const FOLDERS_OF_CLASS: Readonly<Record<ObjectClass, readonly string[]>> = {
  audio: ['speech', 'speech-facts', 'alignments', 'timelines', 'audio'],
  videos: ['videos', 'posters', 'captions'],
};

export const OBJECT_CLASSES = Object.keys(FOLDERS_OF_CLASS) as readonly ObjectClass[];

/** After how many whole days, at least 1, the objects of a class go. A class that is left out stays as it is. */
export type DaysKept = Partial<Readonly<Record<ObjectClass, number>>>;
