// Points at the real control of the present step of the tour, with words beside it; the control itself stays free to be used.
import { Button, Group, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { nextTourStep, tourSteps, useUiStore, type TourStep } from '../../kernel/ui/uiStore'
import { findTourControl, placeBubble, tourStops } from './tour'
import classes from './TourPointer.module.css'

/** How often the control is looked for: screens come late, and panels are resized. */
const lookMs = 150
const bubble = { width: 272, height: 132 }
/** Between the control and the ring around it, in CSS pixels. */
const ringGap = 4

interface Rect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function isSameRect(a: Rect | null, b: Rect | null): boolean {
  return a?.left === b?.left && a?.top === b?.top && a?.width === b?.width && a?.height === b?.height
}

/** Where the control of a step is now; null while it is not on the screen, or behind a dialog. */
function useControl(step: TourStep): Rect | null {
  const screen = useUiStore((state) => state.screen)
  const [rect, setRect] = useState<Rect | null>(null)
  useEffect(() => {
    let hasShown: HTMLElement | null = null
    const look = (): void => {
      const isCovered = document.querySelector('[aria-modal="true"]') !== null
      const control = isCovered ? null : findTourControl(step, screen)
      if (control && control !== hasShown) {
        control.scrollIntoView({ block: 'nearest' })
        hasShown = control
      }
      const found = control?.getBoundingClientRect() ?? null
      const next = found && found.width > 0 ? found : null
      setRect((last) => (isSameRect(last, next) ? last : next))
    }
    look()
    const timer = setInterval(look, lookMs)
    return () => clearInterval(timer)
  }, [step, screen])
  return rect
}

function Pointer({ step }: { readonly step: TourStep }) {
  const rect = useControl(step)
  const done = useUiStore((state) => state.tourDone)
  const screen = useUiStore((state) => state.screen)
  const pointAt = useUiStore((state) => state.pointAtStep)
  const stop = tourStops[step]
  const isThere = screen === stop.screen
  if (!rect) return null
  const place = placeBubble(
    rect,
    bubble,
    { width: window.innerWidth, height: window.innerHeight },
    isThere && stop.isBeside,
  )
  const after = nextTourStep(done, step)
  return (
    <>
      <div
        className={classes.ring}
        style={{
          left: rect.left - ringGap,
          top: rect.top - ringGap,
          width: rect.width + 2 * ringGap,
          height: rect.height + 2 * ringGap,
        }}
      />
      <aside className={classes.bubble} style={{ ...place, width: bubble.width }} aria-label="Tour">
        <Text size="xs" c="dimmed">
          Step {tourSteps.indexOf(step) + 1} of {tourSteps.length}
        </Text>
        <output className={classes.words}>
          <b>{stop.title}</b>
          <span>{isThere ? stop.help : 'It is done on the screen that opens here.'}</span>
        </output>
        <Group gap={6}>
          {after && (
            <Button size="compact-xs" variant="default" onClick={() => pointAt(after)}>
              Skip this step
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => pointAt(null)}>
            Leave the tour
          </Button>
        </Group>
      </aside>
    </>
  )
}

/** Nothing while the tour rests. */
export function TourPointer() {
  const step = useUiStore((state) => state.tourStep)
  return step === null ? null : <Pointer key={step} step={step} />
}
