// Shows a failure of the canvas where it has no place of its own.
import { notifications } from '@mantine/notifications'
import { messageOf } from '../core/client'

/** Shows why something could not be done. */
export function showFailure(error: unknown): void {
  notifications.show({ color: 'red', message: messageOf(error) })
}
