// Where a window was and where it fits now; and keeping that between starts.
import { z } from 'zod'
import { readMemory, writeMemory } from './memoryFile'

const pixels = z.int().min(-100_000).max(100_000)
const windowStateSchema = z.object({
  x: pixels,
  y: pixels,
  width: z.int().min(100).max(100_000),
  height: z.int().min(100).max(100_000),
  isMaximized: z.boolean(),
  isFullScreen: z.boolean(),
})

/** The place of a window that is neither maximised nor full screen, and whether it was; in device-independent pixels. */
export type WindowState = z.output<typeof windowStateSchema>

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const smallestWindow = { width: 800, height: 600 } as const
const usualWindow = { width: 1440, height: 900 } as const
/** So much of the title bar must be in reach. */
const graspableWidth = 120
const titleHeight = 40
const cascadeStep = 28

function centre(area: Rectangle, width: number, height: number): Rectangle {
  return {
    x: Math.round(area.x + (area.width - width) / 2),
    y: Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  }
}

function isGraspable(window: Rectangle, area: Rectangle): boolean {
  const shared = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const isTitleInside = window.y >= area.y && window.y + titleHeight <= area.y + area.height
  return shared >= Math.min(graspableWidth, window.width) && isTitleInside
}

/**
 * Where a window opens: where it was, if its title bar can be reached there; else in the middle of the first area.
 * It is never larger than the area that it opens in.
 * @param areas work areas of the displays, the primary one first
 */
export function fitWindow(saved: WindowState | undefined, areas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  const [primary] = areas
  const wanted = saved ?? usualWindow
  const area = saved && areas.find((candidate) => isGraspable(saved, candidate))
  const { width, height } = area ?? primary
  const size = { width: Math.min(wanted.width, width), height: Math.min(wanted.height, height) }
  return saved && area ? { x: saved.x, y: saved.y, ...size } : centre(primary, size.width, size.height)
}

/** The same place a little lower, so that a second window does not hide the first. */
export function cascade(state: WindowState): WindowState {
  return { ...state, x: state.x + cascadeStep, y: state.y + cascadeStep, isMaximized: false, isFullScreen: false }
}

/** The remembered place; undefined where there is none, or none that can be read. */
export function readWindowState(path: string): WindowState | undefined {
  return readMemory(path, windowStateSchema)
}

/** Remembers a place. */
export function writeWindowState(path: string, state: WindowState): void {
  writeMemory(path, state)
}
