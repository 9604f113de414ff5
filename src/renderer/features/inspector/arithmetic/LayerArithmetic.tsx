// The inspector's arithmetic of one layer or block: each number with its formula, and the ways to see it at work.
import { Button, Collapse, UnstyledButton } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconFocus2, IconPlayerPlay } from '@tabler/icons-react'
import { useId, useMemo } from 'react'
import type { InferredNode } from '../../../../shared/network/inferDocument'
import { explainArithmetic } from '../../../../shared/network/explanation/explainArithmetic'
import { printStatement, type ArithmeticLine, type ArithmeticSubject } from '../../../../shared/shapes/arithmeticLine'
import { useAnalysis, useInference } from '../../../session/document/documentStore'
import classes from './arithmetic.module.css'
import { openArithmetic } from '../../../session/view/arithmeticStore'
import { FormulaText } from '../../../kernel/parts/FormulaText'
import { findSteppable } from '../../../session/document/stageLayers'

const subjectTitles: Readonly<Record<ArithmeticSubject, string>> = {
  output: 'Output size',
  parameters: 'Parameters',
  multiplications: 'Multiplications',
  memory: 'Memory',
  field: 'Receptive field',
}

function Line({ line, subject }: { readonly line: ArithmeticLine; readonly subject: string }) {
  const { title, states, notes = [], warnings = [] } = line
  const { formula, numbers, result } = printStatement(states)
  return (
    <div className={classes.line}>
      {title !== subject && title !== '' && <div className={classes.lineTitle}>{title}</div>}
      {formula !== undefined && (
        <div className={classes.formula}>
          <FormulaText>{formula}</FormulaText>
        </div>
      )}
      <div className={classes.numbers}>
        {numbers !== undefined && <span>{numbers}</span>}
        <span className={classes.result}>
          {numbers === undefined ? '' : '= '}
          {result}
        </span>
      </div>
      {warnings.map((warning) => (
        <p key={warning} className={classes.warning}>
          <IconAlertTriangle size={13} aria-label="Warning" />
          <span>{warning}</span>
        </p>
      ))}
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </div>
  )
}

/** All lines, by what they work out. */
export function ArithmeticLines({ lines }: { readonly lines: readonly ArithmeticLine[] }) {
  const subjects = [...new Set(lines.map(({ subject }) => subject))]
  return subjects.map((subject) => (
    <section key={subject} className={classes.subject}>
      <h3 className={classes.subjectTitle}>{subjectTitles[subject]}</h3>
      {lines
        .filter((line) => line.subject === subject)
        .map((line, index) => (
          <Line key={index} line={line} subject={subjectTitles[subject]} />
        ))}
    </section>
  ))
}

function Actions({ node }: { readonly node: InferredNode }) {
  const inference = useInference()
  const step = useMemo(() => findSteppable(inference, node.node.id), [inference, node])
  return (
    <div className={classes.actions}>
      {step !== null && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => openArithmetic({ kind: 'stage', layer: step.id })}
        >
          {step.operation === 'convolution' ? 'Step through the convolution' : 'Step through the pooling'}
        </Button>
      )}
      {(node.outputs[0]?.length ?? 0) === 3 && (
        <Button
          variant="default"
          leftSection={<IconFocus2 size={14} aria-hidden />}
          onClick={() => openArithmetic({ kind: 'field', layer: node.node.id })}
        >
          Show the receptive field
        </Button>
      )}
    </div>
  )
}

/** The arithmetic of a sound node, shown on demand; whether it is shown is remembered. */
export function LayerArithmetic({ layer }: { readonly layer: InferredNode }) {
  const [isOpen, setOpen] = useLocalStorage({
    key: 'netloom.arithmetic',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const id = useId()
  const inference = useInference()
  const analysis = useAnalysis()
  const lines = useMemo(() => {
    if (!isOpen) return []
    return explainArithmetic(layer, inference, new Map(analysis.layers.map((row) => [row.id, row])))
  }, [isOpen, layer, inference, analysis])
  const Chevron = isOpen ? IconChevronDown : IconChevronRight
  return (
    <section className={classes.inspectorSection} aria-label="Arithmetic">
      <UnstyledButton
        className={classes.disclosure}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Chevron size={14} aria-hidden />
        {isOpen ? 'Hide the arithmetic' : 'Show the arithmetic'}
      </UnstyledButton>
      <Collapse expanded={isOpen} id={id}>
        <ArithmeticLines lines={lines} />
      </Collapse>
      <Actions node={layer} />
    </section>
  )
}
