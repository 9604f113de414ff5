// How much a node shows at the present zoom.
import { createContext, useContext } from 'react'

/** `full`; `name`: below 50% only name and colour; `bar`: below 20% a coloured bar. */
export type LevelOfDetail = 'full' | 'name' | 'bar'

/** Shape pills are drawn from this zoom on. */
export const pillZoom = 0.4

/** The level at a zoom, 1 being natural size. */
export function levelAt(zoom: number): LevelOfDetail {
  if (zoom < 0.2) return 'bar'
  return zoom < 0.5 ? 'name' : 'full'
}

/** The level of the canvas around a node. */
export const LevelContext = createContext<LevelOfDetail>('full')

/** Whether wires show their shapes. */
export const PillContext = createContext(true)

/** The level of the canvas around a node. */
export function useLevel(): LevelOfDetail {
  return useContext(LevelContext)
}
