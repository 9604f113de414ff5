// The steps of the five-minute tour: what is said, and at which control of which screen; not which are done (uiStore.ts).
import type { ScreenName, TourStep } from '../../kernel/ui/uiStore'

export interface TourStop {
  readonly title: string
  readonly help: string
  readonly screen: ScreenName
  /** Whether the words stand to the right of the control: below it is what the step is done with. */
  readonly isBeside?: boolean
}

export const tourStops: Readonly<Record<TourStep, TourStop>> = {
  opened: { title: 'Open a network', help: 'Take LeNet-5 from the gallery, or your own file.', screen: 'welcome' },
  layerAdded: {
    title: 'Add a layer',
    help: 'Drag one from the palette onto a wire.',
    screen: 'design',
    isBeside: true,
  },
  datasetChosen: { title: 'Choose images', help: 'The built-in digits, or a folder of your own.', screen: 'data' },
  trained: { title: 'Start a training', help: 'Press Train and watch the curves.', screen: 'train' },
  predicted: { title: 'Try an image', help: 'Drop or paste one and see its class.', screen: 'evaluate' },
}

/** The control of a step carries this attribute with the name of the step. */
const mark = 'data-tour'

/** The control to point at: that of the step, or what leads to its screen; null while it is not there. */
export function findTourControl(step: TourStep, screen: ScreenName): HTMLElement | null {
  const wanted = tourStops[step].screen
  if (screen === wanted) return document.querySelector<HTMLElement>(`[${mark}="${step}"]`)
  const way = wanted === 'welcome' ? '[aria-label="Start page"]' : `[data-screen="${wanted}"]`
  return document.querySelector<HTMLElement>(`header ${way}`)
}

export interface BubblePlace {
  readonly left: number
  readonly top: number
}

/**
 * Where the words stand beside a control: below it, above where there is no room, to its right where that is asked for, and
 * never outside of the window. All in CSS pixels.
 */
export function placeBubble(
  control: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  bubble: { readonly width: number; readonly height: number },
  page: { readonly width: number; readonly height: number },
  isBeside = false,
): BubblePlace {
  const [gap, edge] = [12, 8]
  const below = control.top + control.height + gap
  const hasRoom = below + bubble.height + edge <= page.height
  const above = control.top - gap - bubble.height
  const left = control.left + control.width / 2 - bubble.width / 2
  const clamp = (value: number, most: number): number => Math.max(edge, Math.min(value, most - edge))
  if (isBeside) {
    const right = control.left + control.width + gap
    return { left: clamp(right, page.width - bubble.width), top: clamp(control.top, page.height - bubble.height) }
  }
  return {
    left: clamp(left, page.width - bubble.width),
    top: clamp(hasRoom ? below : above, page.height - bubble.height),
  }
}
