/** Pixels of the finished frame; `x` and `y` are the upper left corner. */
export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Point = { readonly x: number; readonly y: number };
