import type { Rectangle } from './geometry.ts';

/** Painting, converting and coding one more rectangle costs about as much as this many more pixels. */
const PIXELS_PER_RECTANGLE = 8192;

/** Something that shows other pixels inside its bounds when its key or its bounds are others. */
export type Change = { readonly id: string; readonly key: unknown; readonly bounds: Rectangle };

/** The bounds, old and new, of everything that came, went, moved or changed its key. They may overlap. */
export function changedBounds(before: readonly Change[], after: readonly Change[]): Rectangle[] {
  const known = new Map(before.map((part) => [part.id, part]));
  const changed: Rectangle[] = [];
  for (const part of after) {
    const old = known.get(part.id);
    known.delete(part.id);
    if (old !== undefined && old.key === part.key && sameRectangle(old.bounds, part.bounds)) continue;
    if (old !== undefined) changed.push(old.bounds);
    changed.push(part.bounds);
  }
  for (const part of known.values()) changed.push(part.bounds);
  return changed;
}

/**
 * Covers the rectangles with others that do not overlap, have even coordinates and lie inside the frame (whose sides are
 * even). Neighbours are joined where that is cheaper than handling them one by one.
 */
export function coverWithEvenRectangles(
  rectangles: readonly Rectangle[],
  frameWidth: number,
  frameHeight: number,
  grow: (rectangle: Rectangle) => Rectangle = (rectangle) => rectangle,
): Rectangle[] {
  const align = (rectangle: Rectangle): Rectangle => alignOutwards(grow(rectangle), frameWidth, frameHeight);
  const aligned = rectangles.map(align).filter((rectangle) => rectangle.width > 0 && rectangle.height > 0);
  let joined = joinNeighbours(aligned);
  // Two that were joined may together cut what neither did alone.
  while (joined.some((rectangle) => !sameRectangle(rectangle, align(rectangle)))) {
    joined = joinNeighbours(joined.map(align));
  }
  joined.sort((a, b) => area(b) - area(a));
  const cover: Rectangle[] = [];
  for (const rectangle of joined) {
    let pieces = [rectangle];
    for (const taken of cover) pieces = pieces.flatMap((piece) => subtract(piece, taken));
    cover.push(...pieces);
  }
  return cover;
}

export function intersects(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function alignOutwards(rectangle: Rectangle, frameWidth: number, frameHeight: number): Rectangle {
  const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(0, value));
  const left = clamp(2 * Math.floor(rectangle.x / 2), frameWidth);
  const top = clamp(2 * Math.floor(rectangle.y / 2), frameHeight);
  const right = clamp(2 * Math.ceil((rectangle.x + rectangle.width) / 2), frameWidth);
  const bottom = clamp(2 * Math.ceil((rectangle.y + rectangle.height) / 2), frameHeight);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function joinNeighbours(rectangles: readonly Rectangle[]): Rectangle[] {
  const list = [...rectangles];
  for (let first = 0; first < list.length; first++) {
    for (let second = first + 1; second < list.length; second++) {
      const a = list[first];
      const b = list[second];
      if (a === undefined || b === undefined) continue;
      const both = boundingBox(a, b);
      if (area(both) > area(a) + area(b) - area(overlap(a, b)) + PIXELS_PER_RECTANGLE) continue;
      list[first] = both;
      list.splice(second, 1);
      // The grown rectangle may now reach others that were passed over.
      first = -1;
      break;
    }
  }
  return list;
}

/** What of `rectangle` lies outside `hole`, in at most four pieces. */
function subtract(rectangle: Rectangle, hole: Rectangle): Rectangle[] {
  const common = overlap(rectangle, hole);
  if (area(common) === 0) return [rectangle];
  const right = rectangle.x + rectangle.width;
  const bottom = rectangle.y + rectangle.height;
  const commonRight = common.x + common.width;
  const commonBottom = common.y + common.height;
  return [
    { x: rectangle.x, y: rectangle.y, width: rectangle.width, height: common.y - rectangle.y },
    { x: rectangle.x, y: common.y, width: common.x - rectangle.x, height: common.height },
    { x: commonRight, y: common.y, width: right - commonRight, height: common.height },
    { x: rectangle.x, y: commonBottom, width: rectangle.width, height: bottom - commonBottom },
  ].filter((piece) => piece.width > 0 && piece.height > 0);
}

/** Has no width and no height when the two do not touch. */
export function overlap(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : { x, y, width: 0, height: 0 };
}

export function boundingBox(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function area(rectangle: Rectangle): number {
  return rectangle.width * rectangle.height;
}

export function sameRectangle(a: Rectangle, b: Rectangle): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
