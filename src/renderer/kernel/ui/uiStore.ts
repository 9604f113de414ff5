// What the screen remembers beside the document: screen, theme, panels, the device in use; not the document nor its dataset.
import { useStore } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { createStore } from 'zustand/vanilla'
import type { ThemeName } from '../../../shared/contract/desktopBridge'
import type { EngineName } from '../../../shared/training/deviceNames'

export const screenNames = ['design', 'data', 'train', 'evaluate', 'runs'] as const
export type WorkScreen = (typeof screenNames)[number]
/** Beside the work screens: the start page, and the experiments of the lectures. */
export type ScreenName = 'welcome' | 'experiments' | WorkScreen
export type { ThemeName }
export type PanelName = 'left' | 'right' | 'bottom'

/** Steps of the five-minute tour, in order. */
export const tourSteps = ['opened', 'layerAdded', 'datasetChosen', 'trained', 'predicted'] as const
export type TourStep = (typeof tourSteps)[number]

export interface PanelState {
  /** Width or height in CSS pixels. */
  readonly size: number
  readonly isCollapsed: boolean
}

/** Something that takes a while, for the status bar. */
export interface Activity {
  readonly label: string
  /** In [0, 1]; null where it is not known. */
  readonly fraction: number | null
  /** The screen that shows more. */
  readonly screen?: ScreenName
  /** Shows just this there; left out: going to the screen is enough. */
  readonly open?: () => void
}

export interface UiState {
  readonly screen: ScreenName
  readonly theme: ThemeName
  readonly panels: Readonly<Record<PanelName, PanelState>>
  /** The run that is shown: its folder; null where none was started or chosen. */
  readonly activeRun: string | null
  /** The device that trains: `auto` or a name of `devices.list`. */
  readonly device: string
  /** What computes on it. */
  readonly engine: EngineName
  readonly activities: ReadonlyMap<string, Activity>
  readonly tourDone: readonly TourStep[]
  readonly isTourDismissed: boolean
  /** The step whose control is pointed at; null where the tour rests. */
  readonly tourStep: TourStep | null
  /** An image that was dropped on the window, for the screen that predicts. */
  readonly droppedImage: File | null
  readonly setScreen: (screen: ScreenName) => void
  readonly setTheme: (theme: ThemeName) => void
  readonly setPanel: (name: PanelName, change: Partial<PanelState>) => void
  readonly setActiveRun: (run: string | null) => void
  /** Left out: ONNX Runtime. */
  readonly setDevice: (device: string, engine?: EngineName) => void
  /** Shows something that is running, changes it, or takes it away (null). */
  readonly setActivity: (id: string, activity: Activity | null) => void
  readonly finishTourStep: (step: TourStep) => void
  /** Points at the control of a step, or at nothing (null): the tour rests and can be gone on with. */
  readonly pointAtStep: (step: TourStep | null) => void
  readonly dismissTour: () => void
  readonly restartTour: () => void
  readonly dropImage: (image: File | null) => void
}

const firstPanels: UiState['panels'] = {
  left: { size: 264, isCollapsed: false },
  right: { size: 320, isCollapsed: false },
  bottom: { size: 240, isCollapsed: false },
}

/** The first step that has not been taken, behind `after` where it is given; null at the end of the tour. */
export function nextTourStep(done: readonly TourStep[], after?: TourStep): TourStep | null {
  const from = after === undefined ? 0 : tourSteps.indexOf(after) + 1
  return tourSteps.slice(from).find((step) => !done.includes(step)) ?? null
}

/** Where there is no browser (tests), nothing is remembered. */
const nowhere = { getItem: () => null, setItem: () => {}, removeItem: () => {} }

/** The store behind `useUiStore`; for code outside components. */
export const uiStore = createStore<UiState>()(
  persist(
    (set) => ({
      screen: 'welcome',
      theme: 'system',
      panels: firstPanels,
      activeRun: null,
      device: 'auto',
      engine: 'ort',
      activities: new Map(),
      tourDone: [],
      isTourDismissed: false,
      tourStep: null,
      droppedImage: null,
      setScreen: (screen) => set({ screen }),
      setTheme: (theme) => set({ theme }),
      setPanel: (name, change) =>
        set(({ panels }) => ({ panels: { ...panels, [name]: { ...panels[name], ...change } } })),
      setActiveRun: (activeRun) => set({ activeRun }),
      setDevice: (device, engine = 'ort') => set({ device, engine }),
      setActivity: (id, activity) =>
        set(({ activities }) => {
          const next = new Map(activities)
          if (activity) next.set(id, activity)
          else next.delete(id)
          return { activities: next }
        }),
      finishTourStep: (step) =>
        set(({ tourDone, tourStep }) => {
          const done = tourDone.includes(step) ? tourDone : [...tourDone, step]
          return tourStep === step ? { tourDone: done, tourStep: nextTourStep(done, step) } : { tourDone: done }
        }),
      pointAtStep: (tourStep) => set({ tourStep }),
      dismissTour: () => set({ isTourDismissed: true, tourStep: null }),
      restartTour: () => set({ isTourDismissed: false, tourDone: [], tourStep: null }),
      dropImage: (droppedImage) => set({ droppedImage }),
    }),
    {
      name: 'netloom.ui',
      version: 1,
      storage: createJSONStorage(() => (typeof localStorage === 'undefined' ? nowhere : localStorage)),
      partialize: ({ theme, panels, device, engine, tourDone, isTourDismissed }) => ({
        theme,
        panels,
        device,
        engine,
        tourDone,
        isTourDismissed,
      }),
    },
  ),
)

/** A part of what the screen remembers, followed while the component is mounted. */
export function useUiStore<T>(selector: (state: UiState) => T): T {
  return useStore(uiStore, selector)
}
