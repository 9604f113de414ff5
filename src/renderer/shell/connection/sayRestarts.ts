// Says once that Netloom was started again and the page is connected to it; trying again is the connection's part.
import { notifications } from '@mantine/notifications'
import { followRestarts } from '../../kernel/core/appInfo'

/** Follows restarts of the core. @returns ends it */
export function sayRestarts(): () => void {
  return followRestarts((isOtherVersion) =>
    notifications.show({
      title: 'Netloom was started again',
      message: isOtherVersion
        ? 'It is another version now: save your work and load this page again.'
        : 'This page is connected to it. Your network is as it was; a training that ran then can be resumed in Runs.',
      color: isOtherVersion ? 'yellow' : 'blue',
      autoClose: 15_000,
      withBorder: true,
    }),
  )
}
