// A small question mark that opens a page of the manual.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { showHelp, type HelpTopic } from '../dialogs/help'

/** @param subject what the page is about, as it follows "Help on" */
export function HelpLink({ topic, subject }: { readonly topic: HelpTopic; readonly subject: string }) {
  return (
    <Tooltip label={`Help on ${subject}`}>
      <ActionIcon
        size="xs"
        variant="subtle"
        color="gray"
        aria-label={`Help on ${subject}`}
        onClick={(event) => {
          // It may stand in a row that is chosen by a click.
          event.stopPropagation()
          showHelp(topic)
        }}
      >
        <IconHelpCircle size={14} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
