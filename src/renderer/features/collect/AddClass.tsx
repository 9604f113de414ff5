// The place behind the classes where another one is named, or folders are dropped that become classes.
import { Button, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { addClass, addFolders } from './collectStore'
import { DropPlace } from './DropPlace'
import styles from './collect.module.css'

/** The place. @param isFirst there is no class yet, and the field has the focus */
export function AddClass({ isFirst }: { readonly isFirst: boolean }) {
  const [name, setName] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFirst) field.current?.focus()
  }, [isFirst])
  return (
    <DropPlace className={styles.addClass} label="Add a class" onGiven={(given) => void addFolders(given)}>
      <form
        className={styles.addForm}
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') void addClass(name).then((isThere) => isThere && setName(''))
        }}
      >
        <TextInput
          aria-label="Name of the new class"
          placeholder={isFirst ? 'Name of the first class' : 'Name of another class'}
          ref={field}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant={isFirst ? 'filled' : 'default'}
          disabled={name.trim() === ''}
          leftSection={<IconPlus size={14} aria-hidden />}
        >
          Add class
        </Button>
      </form>
      <Text size="xs" c="dimmed">
        Or drop folders here: each becomes a class.
      </Text>
    </DropPlace>
  )
}
