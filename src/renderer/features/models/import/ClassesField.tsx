// The choice of the classes' names: the file's, typed or read from a text, those of the dataset in use or of a well-known one, or numbers only.
import { Button, Select, Text, Textarea } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useRef } from 'react'
import { fittingLabelSets } from '../../../../shared/datasets/labelSets'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import { printCount } from '../../../../shared/graph/printNumbers'
import { readClasses, type ClassChoice } from './classChoice'

const kindTitles: Readonly<Record<Exclude<ClassChoice['kind'], 'known'>, string>> = {
  file: 'As the file names them',
  typed: 'Typed, or from a text file',
  dataset: 'Those of the dataset in use',
  none: 'Numbers only',
}

const shownNames = 12

/** The choice. */
export function ClassesField(props: {
  readonly choice: ClassChoice
  readonly outputs: number
  readonly onChange: (choice: ClassChoice) => void
}) {
  const { choice, outputs, onChange } = props
  const dataset = useDatasetStore((state) => state.classes)
  const input = useRef<HTMLInputElement>(null)
  const kinds = [
    ...(choice.stated ? (['file'] as const) : []),
    'typed' as const,
    ...(dataset?.length === outputs ? (['dataset'] as const) : []),
    'none' as const,
  ]
  const sets = fittingLabelSets(outputs)
  const read = readClasses(choice, outputs)
  const names = 'names' in read ? read.names : undefined
  const problem = 'problem' in read ? read.problem : undefined
  return (
    <>
      <Select
        label={`Names of the ${printCount(outputs)} classes`}
        data={[
          ...kinds.map((kind) => ({ value: kind as string, label: kindTitles[kind] })),
          ...sets.map(({ id, title }) => ({ value: `known:${id}`, label: `Those of ${title}` })),
        ]}
        value={choice.kind === 'known' ? `known:${choice.known}` : choice.kind}
        allowDeselect={false}
        onChange={(value) => {
          const known = sets.find(({ id }) => value === `known:${id}`)?.id
          if (known !== undefined) return onChange({ ...choice, kind: 'known', known })
          const kind = kinds.find((each) => each === value) ?? choice.kind
          onChange({ ...choice, kind, dataset: kind === 'dataset' ? (dataset ?? []) : choice.dataset })
        }}
      />
      {choice.kind === 'typed' && (
        <>
          <Textarea
            aria-label="Class names, one per line"
            placeholder="One name per line, in the order of the outputs"
            rows={4}
            value={choice.text}
            error={choice.text === '' ? undefined : problem}
            onChange={(event) => onChange({ ...choice, text: event.currentTarget.value })}
          />
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconFileText size={14} aria-hidden />}
            onClick={() => input.current?.click()}
          >
            Read from a text file
          </Button>
          <input
            ref={input}
            type="file"
            accept=".txt,.json,.csv,text/plain,application/json"
            hidden
            aria-label="Text file with class names"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              event.currentTarget.value = ''
              file?.text().then(
                (text) => onChange({ ...choice, text }),
                () => onChange({ ...choice, text: '' }),
              )
            }}
          />
        </>
      )}
      {names && choice.kind !== 'typed' && (
        <Text size="xs" c="dimmed">
          {names.slice(0, shownNames).join(', ')}
          {names.length > shownNames ? ` and ${names.length - shownNames} more` : ''}
        </Text>
      )}
    </>
  )
}
