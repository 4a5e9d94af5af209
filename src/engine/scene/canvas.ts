/**
 * The part of CanvasRenderingContext2D that scenes draw with. Structural, so that a browser's context and the server's
 * Skia context both fit and the scene imports neither the DOM nor Node.
 */
export type Gradient = { addColorStop(offset: number, color: string): void };

export type TextMetricsLike = {
  readonly width: number;
  readonly actualBoundingBoxAscent: number;
  readonly actualBoundingBoxDescent: number;
  readonly actualBoundingBoxLeft: number;
  readonly actualBoundingBoxRight: number;
};

export type Canvas2D = {
  // oxlint-disable-next-line typescript/no-explicit-any -- the two contexts disagree on the setter's exact union
  fillStyle: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  strokeStyle: any;
  lineWidth: number;
  lineCap: 'butt' | 'round' | 'square';
  lineJoin: 'bevel' | 'round' | 'miter';
  globalAlpha: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- a long literal union that differs between the two
  globalCompositeOperation: any;
  font: string;
  textAlign: 'left' | 'right' | 'center' | 'start' | 'end';
  textBaseline: 'alphabetic' | 'top' | 'middle' | 'bottom' | 'hanging' | 'ideographic';
  direction: 'ltr' | 'rtl' | 'inherit';
  letterSpacing: string;
  filter: string;
  imageSmoothingEnabled: boolean;
  save(): void;
  restore(): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise?: boolean): void;
  ellipse(x: number, y: number, radiusX: number, radiusY: number, rotation: number, start: number, end: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  roundRect(x: number, y: number, width: number, height: number, radii: number | number[]): void;
  fill(rule?: 'nonzero' | 'evenodd'): void;
  stroke(): void;
  clip(rule?: 'nonzero' | 'evenodd'): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  translate(x: number, y: number): void;
  rotate(radians: number): void;
  scale(x: number, y: number): void;
  transform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): Gradient;
  createRadialGradient(x0: number, y0: number, r0: number, x1: number, y1: number, r1: number): Gradient;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): TextMetricsLike;
  // oxlint-disable-next-line typescript/no-explicit-any -- CanvasImageSource and the Skia canvas have no common type
  drawImage(image: any, dx: number, dy: number, dWidth?: number, dHeight?: number): void;
};

/** What a scene needs from the place it runs in: a browser or the server's render worker. */
export type CanvasHost = {
  /** An empty, transparent drawing surface, used for parts that are drawn once and then blitted. */
  createCanvas(width: number, height: number): { readonly context: Canvas2D; readonly image: object };
};
