// Below the top bar while the core does not answer or does not let the page in: why, and what a person can do; nothing while it answers.
import { Button, Group, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { reconnectNow, takePastedAddress, useConnection, type ConnectionState } from '../../kernel/core/client'
import { Notice } from '../../kernel/parts/Notice'
import { useDelayed } from '../../kernel/ui/useDelayed'
import classes from './ConnectionNotice.module.css'

/** A line that breaks for a moment is the status bar's matter. */
const patienceMs = 1500

/** Takes the printed address. */
function AddressField() {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setProblem(takePastedAddress(text))
  }
  return (
    <form onSubmit={submit}>
      <Group gap={8} align="start" wrap="nowrap">
        <TextInput
          aria-label="Address that Netloom printed"
          placeholder="http://127.0.0.1:8474/#token=..."
          size="xs"
          className={classes.address}
          value={text}
          error={problem}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setProblem(undefined)
          }}
        />
        <Button type="submit" size="xs">
          Connect
        </Button>
      </Group>
    </form>
  )
}

const wherePrinted =
  'Netloom prints an address with a key when it starts, in the terminal where it was started. Open that address, or paste it here.'

/** What is said in each state that lasts. */
export function ConnectionText({ status, connections }: ConnectionState) {
  const kept = connections > 0 ? ' What you have drawn stays on this page.' : ''
  if (status === 'noToken')
    return (
      <Notice tone="warning" title="This page has no key to Netloom">
        <p className={classes.text}>{`Only pages with its key reach your files. ${wherePrinted}`}</p>
        <AddressField />
      </Notice>
    )
  if (status === 'refused')
    return (
      <Notice tone="warning" title="Netloom does not take the key of this page">
        <p
          className={classes.text}
        >{`The key was renewed, or another Netloom was started here.${kept} ${wherePrinted}`}</p>
        <AddressField />
      </Notice>
    )
  if (status === 'lost')
    return (
      <Notice tone="warning" title="Netloom does not answer">
        <p className={classes.text}>
          {`It was ended, or the connection to it broke.${kept} As soon as it runs again, this page connects by itself.`}
        </p>
        <Button size="compact-xs" variant="default" onClick={reconnectNow}>
          Try now
        </Button>
      </Notice>
    )
  return null
}

/** The notice; an empty row while the core answers. */
export function ConnectionNotice() {
  const connection = useConnection()
  const isLasting = useDelayed(connection.status === 'lost', patienceMs)
  const isShown = connection.status === 'noToken' || connection.status === 'refused' || isLasting
  return (
    <div role="alert" className={classes.notice} data-shown={isShown || undefined}>
      {isShown && <ConnectionText {...connection} />}
    </div>
  )
}
