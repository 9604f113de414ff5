// Why there is no image from a camera, in words a person can act on; not asking for it.

export interface CameraFailure {
  readonly title: string
  readonly text: string
}

/** Where cameras are given: what the browser says of the page. */
export interface CameraPlace {
  readonly isSecure: boolean
  readonly hasDevices: boolean
  /** Whether it is the desktop program. */
  readonly isDesktop: boolean
}

/** What the page cannot have whatever is asked for; null where it can ask. */
export function whyNoCamera({ isSecure, hasDevices }: CameraPlace): CameraFailure | null {
  if (!isSecure)
    return {
      title: 'This page may not use a camera',
      text: 'Browsers give the camera only to pages of this machine (localhost, 127.0.0.1) and of https. Over a network, forward the port through SSH and open it here as localhost.',
    }
  if (hasDevices) return null
  return { title: 'This browser has no cameras', text: 'Open the page in a browser that supports them.' }
}

/** @param error what the browser refused with */
export function describeCameraFailure(error: unknown, { isDesktop }: Pick<CameraPlace, 'isDesktop'>): CameraFailure {
  const name = error instanceof Error ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return {
        title: 'The camera was not allowed',
        text: isDesktop
          ? 'Allow Netloom to use it in the privacy settings of the system, then try again.'
          : 'Allow it at the camera sign in the address bar, or in the privacy settings of the system, then try again.',
      }
    case 'NotFoundError':
    case 'OverconstrainedError':
      return { title: 'No camera was found', text: 'Connect one, then try again.' }
    case 'NotReadableError':
    case 'AbortError':
      return {
        title: 'The camera gives no image',
        text: 'Another program may be using it: close that, then try again.',
      }
    default:
      return { title: 'The camera could not be used', text: error instanceof Error ? error.message : String(error) }
  }
}

/** A camera that was there and is not any more. */
export const cameraGone: CameraFailure = {
  title: 'The camera is gone',
  text: 'It was unplugged or taken away: connect it, then try again.',
}
