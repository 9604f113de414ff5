// A camera while a component shows it: asked for, chosen among several, given back; not what is done with its frames.
import { useCallback, useEffect, useState } from 'react'
import { cameraGone, describeCameraFailure, whyNoCamera, type CameraFailure, type CameraPlace } from './cameraFailure'

export interface CameraChoice {
  readonly value: string
  readonly label: string
}

export interface Camera {
  /** What it shows; null until it does. */
  readonly stream: MediaStream | null
  readonly failure: CameraFailure | null
  readonly cameras: readonly CameraChoice[]
  /** The one that is used; null where the browser does not say. */
  readonly chosen: string | null
  readonly choose: (camera: string) => void
  readonly tryAgain: () => void
}

const lastCameraKey = 'netloom.camera'

function placeNow(): CameraPlace {
  return {
    isSecure: window.isSecureContext,
    hasDevices: 'mediaDevices' in navigator,
    isDesktop: window.netloom !== undefined,
  }
}

const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }

/** Asks for a camera; where the wanted one is not there any more, for any. */
async function askFor(camera: string | null): Promise<MediaStream> {
  const ask = (video: MediaTrackConstraints): Promise<MediaStream> =>
    navigator.mediaDevices.getUserMedia({ video, audio: false })
  if (camera === null) return ask(wanted)
  try {
    return await ask({ ...wanted, deviceId: { exact: camera } })
  } catch (error) {
    if (error instanceof Error && ['OverconstrainedError', 'NotFoundError'].includes(error.name)) return ask(wanted)
    throw error
  }
}

/** The cameras by name; browsers name them once one was allowed. */
async function listCameras(): Promise<readonly CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, index) => ({ value: deviceId, label: label || `Camera ${index + 1}` }))
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

type Shown = Pick<Camera, 'stream' | 'failure' | 'chosen'>

const nothing: Shown = { stream: null, failure: null, chosen: null }

/** Uses a camera while the component is mounted; it is given back at its end. */
export function useCamera(): Camera {
  const [asked, setAsked] = useState(() => ({ camera: localStorage.getItem(lastCameraKey) }))
  const [shown, setShown] = useState<Shown & { readonly of: object | null }>({ ...nothing, of: null })
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([])
  useEffect(() => {
    const place = placeNow()
    const impossible = whyNoCamera(place)
    let isOver = false
    let given: MediaStream | undefined
    const show = (next: Partial<Shown>): void => {
      if (!isOver) setShown({ ...nothing, ...next, of: asked })
    }
    const list = (): void => {
      listCameras().then(
        (found) => !isOver && setCameras(found),
        () => {},
      )
    }
    const use = (stream: MediaStream): void => {
      if (isOver) return end(stream)
      given = stream
      const [track] = stream.getVideoTracks()
      track?.addEventListener('ended', () => show({ failure: cameraGone }))
      show({ stream, chosen: track?.getSettings().deviceId ?? null })
      list()
    }
    if (impossible) {
      void Promise.resolve().then(() => show({ failure: impossible }))
      return () => (isOver = true)
    }
    askFor(asked.camera).then(use, (error: unknown) => show({ failure: describeCameraFailure(error, place) }))
    navigator.mediaDevices.addEventListener('devicechange', list)
    return () => {
      isOver = true
      navigator.mediaDevices.removeEventListener('devicechange', list)
      if (given) end(given)
    }
  }, [asked])
  const choose = useCallback((camera: string): void => {
    localStorage.setItem(lastCameraKey, camera)
    setAsked({ camera })
  }, [])
  const tryAgain = useCallback(() => setAsked(({ camera }) => ({ camera })), [])
  const { stream, failure, chosen } = shown.of === asked ? shown : nothing
  return { stream, failure, chosen, cameras, choose, tryAgain }
}
