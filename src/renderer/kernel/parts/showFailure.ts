// Failures that have no place of their own on the screen, as messages that come and go.
import { notifications } from '@mantine/notifications'
import { messageOf } from '../core/client'

/** Shows a failure that has no place on the screen. */
export function showFailure(title: string, error: unknown): void {
  notifications.show({ title, message: messageOf(error), color: 'red', autoClose: 10_000, withBorder: true })
}

/** Shows why something could not be done, where what was done says enough. */
export function showError(error: unknown): void {
  notifications.show({ color: 'red', message: messageOf(error) })
}
