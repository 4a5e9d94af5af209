import { VISEMES, type MouthState } from '../../lip-sync/viseme.ts';
import { MOUTH_POSES, MOUTH_REST_WIDTH, type MouthPose } from './mouth-poses.ts';

/**
 * The mouth of one moment: the control points that are drawn, left to right, as [x, y] from the middle of the mouth in
 * design units. Lower edges already include the jaw.
 */
export type MouthShape = {
  readonly cornerLeft: readonly [number, number];
  readonly cornerRight: readonly [number, number];
  readonly upperOuter: readonly (readonly [number, number])[];
  readonly upperInner: readonly (readonly [number, number])[];
  readonly lowerInner: readonly (readonly [number, number])[];
  readonly lowerOuter: readonly (readonly [number, number])[];
  /** How far the chin has dropped. */
  readonly chinDrop: number;
  readonly tongueRise: number;
  readonly tongueTip: number;
  readonly pucker: number;
  readonly upperTeeth: number;
  readonly lowerTeeth: number;
  /** How far the corners are from their resting place, sideways; positive is wider. */
  readonly stretch: number;
  /** The largest gap between the lips' inner edges, as a share of the resting mouth's width. */
  readonly aperture: number;
};

/** The chin travels a little less than the lip it carries. */
const CHIN_SHARE = 0.78;

const NUMBERS_IN_POSE = 22;

/** Slightly lower and shorter on the viewer's left: a mirrored mouth looks dead. */
const LEFT_WIDTH = 0.984;
const LEFT_DROP = 0.5;

/**
 * Weighted sum of the visemes' control points. The jaw scales how far each pose's lower lip is carried; a smile pulls the
 * corners out and up and thins the lips.
 * @param smile 0..1
 */
export function mouthShape(mouth: MouthState, smile: number): MouthShape {
  const sum = new Float64Array(NUMBERS_IN_POSE);
  VISEMES.forEach((viseme, index) => {
    const weight = mouth.weights[index] ?? 0;
    if (weight !== 0) addPose(sum, MOUTH_POSES[viseme], weight, mouth.jaw);
  });
  const [cornerX, cornerY, sideX, sideY, peakX, peakY, dipY] = take7(sum, 0);
  const [upperX, upperY, upperMiddleY, lowerX, lowerY, lowerMiddleY, outerX] = take7(sum, 7);
  const outerY = sum[14]!;
  const outerMiddleY = sum[15]!;

  const out = smile * 4.6;
  const up = smile * 5.2;
  const corner: readonly [number, number] = [cornerX + out, cornerY - up];
  const upperSide: readonly [number, number] = [sideX + out * 0.55, sideY - up * 0.34 + smile * 1.1];
  const thin = smile * 1.4;
  const inward = smile * 1.3;
  // The same shift for both inner edges, so that a smile never opens closed lips.
  const innerUpper: readonly [number, number] = [upperX + out * 0.5, upperY - up * 0.28 + inward];
  const innerLower: readonly [number, number] = [lowerX + out * 0.5, Math.max(upperY, lowerY) - up * 0.28 + inward];
  const upperMiddle = upperMiddleY + inward;
  const lowerMiddle = Math.max(upperMiddleY, lowerMiddleY) + inward;
  const outerLower: readonly [number, number] = [outerX + out * 0.4, outerY - up * 0.2];

  const gapMiddle = lowerMiddle - upperMiddle;
  const gapSide = innerLower[1] - innerUpper[1];
  const gapBeside = gapSide + (gapMiddle - gapSide) * 0.8;
  const gaps = [gapSide, gapBeside, gapMiddle, gapBeside, gapSide];
  const upperInner = innerRow(innerUpper, upperMiddle);
  const lowerWidth = innerLower[0] / innerUpper[0];
  return {
    cornerLeft: left(corner),
    cornerRight: corner,
    upperOuter: [
      left(upperSide),
      left([peakX, peakY + thin]),
      [0.3, dipY + thin],
      [peakX + 0.2, peakY + thin - 0.2],
      upperSide,
    ],
    upperInner,
    lowerInner: upperInner.map(([x, y], index) => [x * lowerWidth, y + gaps[index]!] as const),
    lowerOuter: [left(outerLower), [-0.4, outerMiddleY - thin * 0.4], outerLower],
    chinDrop: sum[16]! * CHIN_SHARE,
    tongueRise: sum[17]!,
    tongueTip: sum[18]!,
    pucker: sum[19]!,
    upperTeeth: sum[20]!,
    lowerTeeth: sum[21]!,
    stretch: corner[0] - MOUTH_REST_WIDTH / 2,
    aperture: Math.max(...gaps) / MOUTH_REST_WIDTH,
  };
}

function addPose(sum: Float64Array, pose: MouthPose, weight: number, jaw: number): void {
  const lift = pose.jaw * (1 - jaw);
  const numbers = [
    pose.corner[0],
    pose.corner[1] - lift * 0.16,
    ...pose.upperSide,
    ...pose.upperPeak,
    pose.upperDip,
    ...pose.innerUpperSide,
    pose.innerUpperMiddle,
    pose.innerLowerSide[0],
    pose.innerLowerSide[1] - lift * 0.8,
    pose.innerLowerMiddle - lift,
    pose.lowerSide[0],
    pose.lowerSide[1] - lift * 0.82,
    pose.lowerMiddle - lift,
    pose.jaw - lift,
    pose.tongueRise,
    pose.tongueTip,
    pose.pucker,
    pose.upperTeeth,
    pose.lowerTeeth,
  ];
  for (let index = 0; index < numbers.length; index++) sum[index]! += numbers[index]! * weight;
}

function take7(sum: Float64Array, from: number): [number, number, number, number, number, number, number] {
  return [sum[from]!, sum[from + 1]!, sum[from + 2]!, sum[from + 3]!, sum[from + 4]!, sum[from + 5]!, sum[from + 6]!];
}

function left(point: readonly [number, number]): readonly [number, number] {
  return [-point[0] * LEFT_WIDTH, point[1] + LEFT_DROP];
}

/** Five points of the upper lip's lower edge. The middle hangs a little lower than the points beside it. */
function innerRow(side: readonly [number, number], middle: number): readonly (readonly [number, number])[] {
  const besideX = side[0] * 0.52;
  const besideY = side[1] + (middle - side[1]) * 0.62;
  return [left(side), left([besideX, besideY]), [0, middle], [besideX, besideY], side];
}
