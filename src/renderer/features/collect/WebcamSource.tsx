// Images of a class from a camera: recorded for as long as a button or the space bar is held, some a second.
import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { IconPlayerRecord } from '@tabler/icons-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { CameraSelect, CameraView } from '../../kernel/camera/CameraView'
import { useCamera } from '../../kernel/camera/useCamera'
import { recorderOf, type Recorder } from './recorder'
import styles from './collect.module.css'

const sizes = [32, 64, 128, 224, 320]
const rates = [5, 8, 10]

/** What was chosen last, for the next class. */
const chosen = { size: 224, rate: 8 }

/** Whether the space bar means something else where the focus is. */
function hasOwnSpace(target: EventTarget, record: HTMLElement | null): boolean {
  if (!(target instanceof Element) || target === record) return false
  return target.closest('button, input, textarea, select, a, [role="radio"]') !== null
}

/** Records while the space bar is held anywhere in the window where it means nothing else. */
function useSpaceBar(record: HTMLElement | null, start: () => void, stop: () => void): void {
  const latest = useRef({ start, stop })
  useEffect(() => {
    latest.current = { start, stop }
  })
  useEffect(() => {
    const down = (event: globalThis.KeyboardEvent): void => {
      if (event.code !== 'Space' || !event.target || hasOwnSpace(event.target, record)) return
      event.preventDefault()
      if (!event.repeat) latest.current.start()
    }
    const end = (event: Event): void => {
      if (event instanceof globalThis.KeyboardEvent && event.code !== 'Space') return
      latest.current.stop()
    }
    const ends = ['keyup', 'blur', 'pointerup', 'pointercancel'] as const
    window.addEventListener('keydown', down)
    for (const name of ends) window.addEventListener(name, end)
    document.addEventListener('visibilitychange', end)
    return () => {
      window.removeEventListener('keydown', down)
      for (const name of ends) window.removeEventListener(name, end)
      document.removeEventListener('visibilitychange', end)
    }
  }, [record])
}

/** The camera with its button. @param className the class that images are for */
export function WebcamSource({ className }: { readonly className: string }) {
  const camera = useCamera()
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const [button, setButton] = useState<HTMLButtonElement | null>(null)
  const [size, setSize] = useState(chosen.size)
  const [rate, setRate] = useState(chosen.rate)
  const [taken, setTaken] = useState<number | null>(null)
  const recorder = useRef<Recorder | null>(null)
  const stop = (): void => {
    recorder.current?.stop()
    recorder.current = null
    setTaken(null)
  }
  const start = (): void => {
    if (!video || !camera.stream || recorder.current) return
    setTaken(0)
    recorder.current = recorderOf({ className, video, size, rate, onTaken: setTaken, onEnd: stop })
  }
  useSpaceBar(button, start, stop)
  useEffect(() => () => recorder.current?.stop(), [])
  useEffect(() => button?.focus(), [button])
  const byEnter = (event: KeyboardEvent): void => {
    // A press of Enter takes what a click takes: one image.
    if (event.key !== 'Enter' || event.repeat) return
    event.preventDefault()
    start()
    stop()
  }
  return (
    <div className={styles.webcam}>
      <CameraView camera={camera} onVideo={setVideo} />
      {camera.failure === null && (
        <>
          <Button
            ref={setButton}
            color="red"
            variant={taken === null ? 'light' : 'filled'}
            leftSection={<IconPlayerRecord size={14} aria-hidden />}
            disabled={!camera.stream}
            onPointerDown={(event) => {
              if (event.button === 0) start()
            }}
            onKeyDown={byEnter}
          >
            {taken === null ? 'Hold to record' : `Recording: ${taken}`}
          </Button>
          <Text size="xs" c="dimmed">
            Or hold the space bar. The preview is mirrored, the images are not.
          </Text>
          <Group gap={8} wrap="nowrap" align="flex-end">
            <Select
              label="Size"
              size="xs"
              w={104}
              allowDeselect={false}
              data={sizes.map((each) => ({ value: String(each), label: `${each}×${each}` }))}
              value={String(size)}
              onChange={(value) => setSize((chosen.size = Number(value)))}
            />
            <SegmentedControl
              size="xs"
              aria-label="Images per second"
              data={rates.map((each) => ({ value: String(each), label: `${each}/s` }))}
              value={String(rate)}
              onChange={(value) => setRate((chosen.rate = Number(value)))}
            />
          </Group>
          <CameraSelect camera={camera} />
        </>
      )}
    </div>
  )
}
