// The dialogs that wait for an answer; the calls that open them are in questions.ts.
import { Button, Group, Modal, Text } from '@mantine/core'
import { useStore } from 'zustand'
import { dialogStore, type Choice, type Question } from '../../kernel/dialogs/questions'
import { FileBrowser } from './fileBrowser/FileBrowser'
import { KeysDialog } from './KeysDialog'
import { NoticesDialog } from './NoticesDialog'
import { SettingsDialog } from './SettingsDialog'

const variants = { main: 'filled', danger: 'light', none: 'default' } as const

function ChoiceButton({ choice, onChoose }: { readonly choice: Choice; readonly onChoose: () => void }) {
  return (
    <Button
      variant={variants[choice.tone ?? 'none']}
      color={choice.tone === 'danger' ? 'red' : undefined}
      data-autofocus={choice.tone === 'main' ? true : undefined}
      onClick={onChoose}
    >
      {choice.label}
    </Button>
  )
}

function QuestionDialog({ question }: { readonly question: Question }) {
  return (
    <Modal opened onClose={() => question.answer(null)} title={question.title} size={460} withCloseButton={false}>
      <Text mb="lg">{question.message}</Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={() => question.answer(null)}>
          Cancel
        </Button>
        {question.choices.map((choice) => (
          <ChoiceButton key={choice.value} choice={choice} onChoose={() => question.answer(choice.value)} />
        ))}
      </Group>
    </Modal>
  )
}

/** All open dialogs. */
export function Dialogs() {
  const dialogs = useStore(dialogStore, (state) => state.dialogs)
  return dialogs.map((dialog, index) => {
    switch (dialog.kind) {
      case 'question':
        return <QuestionDialog key={index} question={dialog} />
      case 'browsing':
        return <FileBrowser key={index} mode={dialog.mode} suggested={dialog.suggested} onAnswer={dialog.answer} />
      case 'notices':
        return <NoticesDialog key={index} onClose={() => dialog.answer(null)} />
      case 'keys':
        return <KeysDialog key={index} onClose={() => dialog.answer(null)} />
      case 'settings':
        return <SettingsDialog key={index} onClose={() => dialog.answer(null)} />
      default:
        return dialog satisfies never
    }
  })
}
