// Failures that have no place of their own on the screen, as messages that come and go, with their ways on.
import { notifications } from '@mantine/notifications'
import { FailureText } from './FailureText'
import { findWaysOn, type WayOn } from './failureWays'

/** A message is read in this time; one with buttons stays until it is put away. */
const readMs = 10_000

function show(error: unknown, title: string | undefined, ways: readonly WayOn[]): void {
  const stays = ways.length > 0 || findWaysOn(error).length > 0
  const id = notifications.show({
    title,
    message: <FailureText error={error} ways={ways} onTaken={() => notifications.hide(id)} />,
    color: 'red',
    autoClose: stays ? false : readMs,
    withBorder: true,
  })
}

/** Shows a failure that has no place on the screen. @param ways on that only the caller knows */
export function showFailure(title: string, error: unknown, ways: readonly WayOn[] = []): void {
  show(error, title, ways)
}

/** Shows why something could not be done, where what was done says enough. */
export function showError(error: unknown): void {
  show(error, undefined, [])
}
