// What a turn of the wheel or two fingers on a trackpad mean: moving the view, or zooming.

/** What is known of a wheel event. */
export interface WheelTurn {
  readonly deltaX: number
  readonly deltaY: number
  /** 0: pixels; 1: lines; 2: pages. */
  readonly deltaMode: number
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  /** Chromium's older figure: whole notches of a mouse wheel are multiples of 120. */
  readonly wheelDeltaY?: number
}

const notch = 120
const lineHeight = 16

/** Whether the figure is one that only a trackpad, or a wheel of fine steps, gives. */
function isFine({ deltaMode, deltaY, wheelDeltaY }: WheelTurn): boolean {
  if (deltaMode !== 0) return false
  return wheelDeltaY === undefined ? !Number.isInteger(deltaY) : wheelDeltaY % notch !== 0
}

/**
 * Whether a turn moves the view: sideways, with Shift, or by two fingers. Pinching, which comes as a turn with Ctrl, and the
 * notches of a mouse wheel zoom.
 * @param wasMoving whether the turn just before moved the view: a gesture stays what it began as
 */
export function movesView(turn: WheelTurn, wasMoving: boolean): boolean {
  if (turn.ctrlKey || turn.metaKey) return false
  return wasMoving || turn.shiftKey || turn.deltaX !== 0 || isFine(turn)
}

/** Pixels by which a turn moves the view, right and down. */
export function stepOf({ deltaX, deltaY, deltaMode, shiftKey }: WheelTurn): { readonly x: number; readonly y: number } {
  const unit = deltaMode === 0 ? 1 : deltaMode === 1 ? lineHeight : 20 * lineHeight
  const [across, down] = shiftKey && deltaX === 0 ? [deltaY, 0] : [deltaX, deltaY]
  return { x: -across * unit, y: -down * unit }
}
