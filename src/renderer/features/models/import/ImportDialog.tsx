// The dialog that opens a trained file of another program: progress, what was found, the receipt, and what the file does not say.
import { Button, Group, Modal, Progress, Select, Stack, Switch, Text } from '@mantine/core'
import { IconVector } from '@tabler/icons-react'
import { useEffect } from 'react'
import { openDocument } from '../../../session/document/documentFlows'
import { showFailure } from '../../../kernel/failures/showFailure'
import { Notice } from '../../../kernel/parts/Notice'
import { readClasses } from './classChoice'
import { ClassesField } from './ClassesField'
import {
  beginImport,
  cancelImport,
  changeImport,
  openImported,
  setFlat,
  setOutput,
  useImport,
  type ImportState,
} from './importStore'
import type { ImportSource } from '../../../session/document/pendingImport'
import { ImportFactsView } from './ImportFacts'
import { ReceiptView } from '../../../kernel/parts/ReceiptView'
import type { Verdict } from '../../../kernel/parts/receipts'
import { checkScalingChoice, scalingOf } from '../../../session/dataset/scalingChoices'
import { ScalingField } from '../../../session/dataset/ScalingField'
import { ScalingPreview } from './ScalingPreview'
import styles from '../models.module.css'

const stageTexts: Readonly<Record<ImportState['stage'], string>> = {
  sending: 'Handing the file over',
  reading: 'Reading the file',
  converting: 'Turning operators into layers and blocks',
  comparing: 'Comparing with the original',
}
const stageShares: Readonly<Record<ImportState['stage'], number>> = {
  sending: 10,
  reading: 25,
  converting: 50,
  comparing: 80,
}

const receiptTitles: Readonly<Record<Verdict, string>> = {
  equal: 'Gives what the file gives, but for rounding',
  close: 'Close to what the file gives, but more than rounding apart',
  different: 'Gives something else than the file',
  unknown: 'Could not be compared with the file',
}

function Working({ present: { stage, sent } }: { readonly present: ImportState }) {
  return (
    <output className={styles.working}>
      <Text size="xs" c="dimmed">
        {stageTexts[stage]}
      </Text>
      <Progress
        size="xs"
        value={stage === 'sending' ? 25 * sent : stageShares[stage]}
        animated
        aria-label="Progress of the import"
      />
    </output>
  )
}

function Failed({ present: { error, source } }: { readonly present: ImportState }) {
  return (
    <Notice tone="error" title={`${source.name} was not opened`}>
      <p className={styles.plain}>{error}</p>
      <Group gap="xs" mt={8}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            cancelImport()
            openDocument().catch((failure: unknown) => showFailure('The file was not opened', failure))
          }}
        >
          Choose another file
        </Button>
      </Group>
    </Notice>
  )
}

/** What the file does not say, or may say wrongly. */
function Questions({ present }: { readonly present: ImportState }) {
  const { network, receipt, scaling, classes } = present
  if (!network) return null
  const { facts } = network
  const isImage = facts.input.shape.length === 3 && [1, 3].includes(facts.input.shape[0] ?? 0)
  const outputs = facts.output.shape.length === 1 ? (facts.output.shape[0] ?? 0) : 0
  const read = readClasses(classes, outputs)
  return (
    <Stack gap="sm">
      {isImage && <ScalingField choice={scaling} onChange={(next) => changeImport({ scaling: next })} />}
      {outputs > 0 && (
        <ClassesField choice={classes} outputs={outputs} onChange={(next) => changeImport({ classes: next })} />
      )}
      {isImage && outputs > 0 && (
        <ScalingPreview
          id={receipt ? network.id : null}
          scaling={scalingOf(scaling)}
          names={'names' in read ? read.names : undefined}
        />
      )}
    </Stack>
  )
}

function Found({ present }: { readonly present: ImportState }) {
  const { network, receipt, isFlat, output, error } = present
  if (!network) return null
  const choices = [...new Set(network.facts.output.choices)]
  return (
    <div className={styles.columns}>
      <Stack gap="sm">
        <ImportFactsView facts={network.facts} />
        {choices.length > 1 && (
          <Select
            label="Output"
            description="The file has several; the network ends in this one."
            data={choices}
            value={output ?? choices.find((name) => name === network.facts.output.name) ?? choices[0]}
            allowDeselect={false}
            onChange={(name) => name !== null && setOutput(name)}
          />
        )}
        <Switch
          label="Gather layers into blocks"
          description="Exact either way: a block can be expanded later."
          checked={!isFlat}
          onChange={(event) => setFlat(!event.currentTarget.checked)}
        />
        {error === null && (
          <ReceiptView titles={receiptTitles} comparisons={receipt?.comparisons ?? null} remarks={receipt?.remarks} />
        )}
      </Stack>
      <Questions present={present} />
    </div>
  )
}

/** What keeps the network from being opened as it is chosen; null where nothing does. */
function findProblem({ network, scaling, classes }: ImportState): string | null {
  if (!network) return null
  const outputs = network.facts.output.shape[0] ?? 0
  const read = readClasses(classes, outputs)
  return checkScalingChoice(scaling) ?? ('problem' in read ? read.problem : null)
}

/** The dialog; it begins to import when it appears, and anew for another file. */
export function ImportDialog({ source }: { readonly source: ImportSource }) {
  const present = useImport()
  useEffect(() => beginImport(source), [source])
  return present && <OpenDialog present={present} />
}

function OpenDialog({ present }: { readonly present: ImportState }) {
  const { source, network, receipt, error, isOpening } = present
  const problem = findProblem(present)
  const differs = receipt?.verdict === 'different'
  const isWorking = receipt === null && error === null
  return (
    <Modal
      opened
      onClose={cancelImport}
      size={network ? 980 : 560}
      title={
        <Group gap={8} wrap="nowrap">
          <IconVector size={18} stroke={1.5} aria-hidden />
          <span className={styles.fileName}>{source.name}</span>
        </Group>
      }
    >
      <Stack gap="md">
        {isWorking && <Working present={present} />}
        {error !== null && <Failed present={present} />}
        <Found present={present} />
        <Group justify="flex-end" gap="sm" className={styles.foot}>
          {differs && (
            <Text size="xs" c="red" role="alert">
              A red note on the canvas will say that this network is not the file's.
            </Text>
          )}
          {problem !== null && (
            <Text size="xs" c="dimmed">
              {problem}
            </Text>
          )}
          <Button variant="default" onClick={cancelImport}>
            Cancel
          </Button>
          <Button
            disabled={!network || receipt === null || problem !== null}
            loading={isOpening}
            color={differs ? 'red' : undefined}
            onClick={() => void openImported()}
          >
            {differs ? 'Open all the same' : 'Open on the canvas'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
