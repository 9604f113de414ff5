// What the desktop program remembers of all its windows, their zoom and theme, and the steps of the zoom; not where windows are (windowState.ts).
import { z } from 'zod'
import { themeNames, type ZoomStep } from '../../shared/contract/desktopBridge'
import { readMemory, writeMemory } from './memoryFile'

/** As in browsers: fine around 1, and no further than a small window can bear. */
const zoomFactors = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const

const settingsSchema = z.object({
  /** Of the interface; 1 is its natural size. */
  zoomFactor: z.number().min(0.5).max(2).catch(1),
  theme: z.enum(themeNames).catch('system'),
})

export type ShellSettings = Readonly<z.output<typeof settingsSchema>>

/** The remembered settings, or the usual ones. */
export function readShellSettings(path: string): ShellSettings {
  return readMemory(path, settingsSchema) ?? { zoomFactor: 1, theme: 'system' }
}

export function writeShellSettings(path: string, settings: ShellSettings): void {
  writeMemory(path, settings)
}

/** The zoom after one step; at the ends it stays. */
export function stepZoom(factor: number, step: ZoomStep): number {
  if (step === 'reset') return 1
  const next =
    step === 'in'
      ? zoomFactors.find((each) => each > factor + 0.001)
      : zoomFactors.findLast((each) => each < factor - 0.001)
  return next ?? factor
}
