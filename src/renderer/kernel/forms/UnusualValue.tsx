// A value out of all proportion is questioned once, where it was typed; it counts all the same, and what is wrong is said elsewhere.
import { Button } from '@mantine/core'
import { useState } from 'react'
import { printCount } from '../../../shared/graph/printNumbers'
import classes from './unusualValue.module.css'

/** What values of a field usually are; either end may be open. */
export interface UsualRange {
  readonly least?: number
  readonly most?: number
}

interface Question {
  /** What the field belongs to: another layer has other questions. */
  readonly who: string
  readonly value: unknown
  /** What was there before. */
  readonly before: unknown
}

/** Every number of a value: itself, or those of a list. */
function numbersOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}

/** The first number outside of the usual range; undefined where there is none. */
export function findUnusual(value: unknown, { least = -Infinity, most = Infinity }: UsualRange): number | undefined {
  return numbersOf(value).find((number) => number > most || (number < least && number > 0))
}

function print(value: unknown): string {
  const numbers = numbersOf(value)
  const all = numbers.every((number) => number === numbers[0]) ? numbers.slice(0, 1) : numbers
  return all.map((number) => (Number.isInteger(number) ? printCount(number) : String(number))).join('×')
}

/**
 * Questions what is typed into a field, never what was there already.
 * @param who what the field belongs to
 * @returns `note` for every value that is typed, and the question to show below the field
 */
export function useUnusual(who: string, present: unknown, usual: UsualRange | undefined) {
  const [question, setQuestion] = useState<Question | null>(null)
  const isAsked = question !== null && question.who === who && question.value === present
  return {
    note: (value: unknown): void => {
      const isUnusual = usual !== undefined && findUnusual(value, usual) !== undefined
      setQuestion(isUnusual ? { who, value, before: isAsked ? question.before : present } : null)
    },
    question: isAsked && usual ? { ...question, usual, keep: () => setQuestion(null) } : null,
  }
}

interface UnusualValueProps {
  readonly title: string
  readonly question: NonNullable<ReturnType<typeof useUnusual>['question']>
  readonly onBack: (value: unknown) => void
}

/** The question with its two answers. */
export function UnusualValue({ title, question, onBack }: UnusualValueProps) {
  const { value, before, usual, keep } = question
  const number = findUnusual(value, usual)
  if (number === undefined) return null
  const isLarge = usual.most !== undefined && number > usual.most
  const bound = isLarge ? `up to ${print(usual.most)}` : `from ${print(usual.least)} on`
  const canGoBack = numbersOf(before).length > 0
  return (
    <output className={classes.question}>
      <span>{`${title}: ${print(number)} is far ${isLarge ? 'more' : 'less'} than usual (${bound}).`}</span>
      <span className={classes.answers}>
        <Button size="compact-xs" variant="default" onClick={keep}>
          Keep it
        </Button>
        {canGoBack && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              keep()
              onBack(before)
            }}
          >
            {`Back to ${print(before)}`}
          </Button>
        )}
      </span>
    </output>
  )
}
