// What the epochs of the shown run say of its training, each with its ways on as buttons; not finding it (shared/training/trainingSigns.ts).
import { Button, Group, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { Recipe } from '../../../../shared/training/recipe'
import { findTrainingSigns, type RecipeChange, type SeenEpoch } from '../../../../shared/training/trainingSigns'
import { Notice } from '../../../kernel/parts/Notice'
import { printRate } from '../../../kernel/print/printTraining'
import { setRecipeField, useRecipe } from '../../../session/recipe/useRecipe'
import classes from '../training.module.css'

const labels: Readonly<Record<RecipeChange['key'], (value: number) => string>> = {
  learningRate: (value) => `Set learning rate to ${printRate(value)}`,
  weightDecay: (value) => `Set weight decay to ${printRate(value)}`,
  epochs: (value) => `Train ${value} ${value === 1 ? 'epoch' : 'epochs'}`,
  gradientClipNorm: (value) => `Clip the gradient at norm ${value}`,
}

function Changes({ changes }: { readonly changes: readonly RecipeChange[] }) {
  const { recipe } = useRecipe()
  const open = changes.filter(({ key, value }) => recipe[key] !== value)
  return (
    <Group gap={8} mt={6} wrap="wrap">
      {open.map(({ key, value }) => (
        <Button key={`${key} ${value}`} size="compact-xs" variant="default" onClick={() => setRecipeField(key, value)}>
          {labels[key](value)}
        </Button>
      ))}
      {open.length < changes.length && (
        <Text component="output" size="xs" c="dimmed">
          Set for the next run.
        </Text>
      )}
    </Group>
  )
}

/** @param recipe that of the run */
export function TrainingSigns({
  epochs,
  recipe,
}: {
  readonly epochs: readonly SeenEpoch[]
  readonly recipe: Recipe | undefined
}) {
  const signs = useMemo(() => findTrainingSigns(epochs, recipe), [epochs, recipe])
  if (signs.length === 0) return null
  return (
    <section className={classes.signs} aria-label="What this training shows">
      {signs.map(({ code, title, text, changes }) => (
        <Notice key={code} tone="warning" title={title}>
          {text}
          {changes.length > 0 && <Changes changes={changes} />}
        </Notice>
      ))}
    </section>
  )
}
