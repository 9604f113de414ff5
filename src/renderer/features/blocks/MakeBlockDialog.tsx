// The dialog that makes a block from the selected layers, or changes the face of one: title, name, description, parameters.
import { Alert, Button, Checkbox, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { NetworkDocument, UserBlock } from '../../../shared/graph/document'
import { focusCanvas } from '../../session/view/canvasFocus'
import { showError } from '../../kernel/failures/showFailure'
import { documentStore, useDocument } from '../../session/document/documentStore'
import { applySettled } from './applySettled'
import { nodesOf, planBlock } from './blockPlan'
import own from './blocks.module.css'
import { definitionsIn } from '../../session/blocks/definitions'
import { findUserBlock, printUses } from '../../session/blocks/definitionEdits'
import { chosenBefore, joinRows, listRows, rowKey, typeOfTitle, type ParamRow } from './exposedRows'
import { printParam } from '../../kernel/print/printParam'
import { makeBlockStore, useMakeBlock, type MakeBlockRequest } from './makeBlockStore'

interface RowsProps {
  readonly rows: readonly ParamRow[]
  readonly titles: ReadonlyMap<string, string>
  readonly onChange: (titles: ReadonlyMap<string, string>) => void
}

/** All parameters of the nodes, to tick and to name. */
function ParamRows({ rows, titles, onChange }: RowsProps) {
  const change = (row: ParamRow, title: string | undefined): void => {
    const next = new Map(titles)
    if (title === undefined) next.delete(rowKey(row))
    else next.set(rowKey(row), title)
    onChange(next)
  }
  return (
    <fieldset className={own.rows} aria-label="Parameters that each use can set">
      {rows.map((row, index) => {
        const title = titles.get(rowKey(row))
        const name = `${row.spec.title} of ${row.node}`
        return (
          <div key={rowKey(row)} className={own.row}>
            {rows[index - 1]?.node !== row.node && <h3 className={own.rowNode}>{row.node}</h3>}
            <Checkbox
              size="xs"
              aria-label={name}
              checked={title !== undefined}
              label={
                <>
                  {row.spec.title} <span className={own.dim}>{printParam(row.value)}</span>
                </>
              }
              onChange={(event) => change(row, event.currentTarget.checked ? row.title : undefined)}
            />
            {title !== undefined && (
              <TextInput
                size="xs"
                aria-label={`Title for ${name}`}
                value={title}
                onChange={(event) => change(row, event.currentTarget.value)}
              />
            )}
          </div>
        )
      })}
    </fieldset>
  )
}

/** What the block will look like from outside. */
function Face({ block }: { readonly block: UserBlock }) {
  const count = (ends: readonly unknown[], what: string): string =>
    `${ends.length} ${what}${ends.length === 1 ? '' : 's'}`
  return (
    <dl className={own.values} aria-label="The new block">
      <dt>Ports</dt>
      <dd>
        {count(block.inputs, 'input')}:{' '}
        {block.inputs.map(({ name, to }) => `${name} → ${to.map(({ node }) => node).join(', ')}`).join('; ')}
      </dd>
      <dt aria-hidden />
      <dd>
        {count(block.outputs, 'output')}: {block.outputs.map(({ name, from }) => `${from.node} → ${name}`).join('; ')}
      </dd>
      <dt>Parameters</dt>
      <dd>{block.exposed.length === 0 ? 'none' : block.exposed.map(({ title }) => title).join(', ')}</dd>
    </dl>
  )
}

function firstTitle(document: NetworkDocument): string {
  const taken = new Set(document.blocks?.map(({ type }) => type))
  if (!taken.has('user/my-block')) return 'My block'
  let number = 2
  while (taken.has(`user/my-block-${number}`)) number += 1
  return `My block ${number}`
}

function close(): void {
  makeBlockStore.setState({ request: null })
  requestAnimationFrame(focusCanvas)
}

function Form({ request }: { readonly request: MakeBlockRequest }) {
  const document = useDocument()
  const present = request.kind === 'redefine' ? findUserBlock(document, request.type) : undefined
  const [title, setTitle] = useState(() => present?.title ?? firstTitle(document))
  const [name, setName] = useState<string | null>(null)
  const [doc, setDoc] = useState(present?.doc ?? '')
  const type = present?.type ?? (name === null ? typeOfTitle(title) : `user/${name}`)
  const replaced = findUserBlock(document, type)
  const rows = useMemo(() => listRows(nodesOf(document, request), definitionsIn(document)), [document, request])
  const [chosen, setChosen] = useState<ReadonlyMap<string, string> | null>(null)
  const titles = chosen ?? (replaced ? chosenBefore(rows, replaced) : new Map<string, string>())
  const joined = joinRows(rows, titles, replaced?.exposed)
  const plan = planBlock(document, request, { title, type, doc, exposed: joined.exposed })
  const problem = typeof plan === 'string' ? plan : joined.problem
  const run = (): void => {
    if (typeof plan === 'string' || problem !== undefined) return
    close()
    if (request.kind === 'redefine') documentStore.getState().apply(plan.edit, `Change the block ${title}`)
    else applySettled(plan.edit, `Make the block ${title}`).catch(showError)
  }
  return (
    <form
      className={own.form}
      onSubmit={(event) => {
        event.preventDefault()
        run()
      }}
    >
      <Group grow align="start">
        <TextInput
          size="xs"
          label="Title"
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label="Name in the file"
          disabled={request.kind === 'redefine'}
          value={type.slice('user/'.length)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Group>
      <Textarea
        size="xs"
        label="Description"
        placeholder="What it is for, in a sentence"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={1000}
        value={doc}
        onChange={(event) => setDoc(event.currentTarget.value)}
      />
      <div>
        <div className={own.label}>Parameters that each use can set</div>
        <p className={own.hint}>Parameters with the same title become one. The others stay as they are inside.</p>
        {rows.length === 0 ? (
          <p className={own.hint}>These layers have no parameters.</p>
        ) : (
          <ParamRows rows={rows} titles={titles} onChange={setChosen} />
        )}
      </div>
      {typeof plan !== 'string' && <Face block={plan.block} />}
      {typeof plan !== 'string' && replaced && (
        <Alert color="blue" icon={<IconInfoCircle size={16} />} p="xs">
          {request.kind === 'make' ? `A block of this name is in the document: it gets this content. ` : ''}
          {plan.changedUses === 1 ? '1 use changes.' : `${printUses(plan.changedUses)} change.`}
        </Alert>
      )}
      {joined.cautions.map((caution) => (
        <Alert key={caution} color="yellow" icon={<IconAlertTriangle size={16} />} p="xs">
          {caution}
        </Alert>
      ))}
      {problem !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle size={16} />} p="xs" role="alert">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={problem !== undefined}>
          {replaced ? 'Update definition' : 'Make block'}
        </Button>
      </Group>
    </form>
  )
}

/** The dialog, while it is open. */
export function MakeBlockDialog() {
  const request = useMakeBlock()
  return (
    <Modal
      opened={request !== null}
      onClose={close}
      title={request?.kind === 'redefine' ? 'Change the block' : 'Make a block'}
      size={560}
    >
      {request && <Form request={request} />}
    </Modal>
  )
}
