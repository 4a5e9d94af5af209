/** How many frames a scene has: the last one is shown until the speech has ended. */
export function frameCountOf(scene: { readonly durationSeconds: number; readonly frameRate: number }): number {
  // A duration that is a whole number of frames must not gain one by rounding in the product.
  return Math.max(1, Math.ceil(scene.durationSeconds * scene.frameRate - 1e-6));
}
