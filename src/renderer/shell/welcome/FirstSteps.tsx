// The three ways to begin: with the lectures, with one's own images, with a trained model.
import { Anchor, Text, UnstyledButton } from '@mantine/core'
import { IconFlask, IconPhoto, IconVector, type Icon } from '@tabler/icons-react'
import { useId } from 'react'
import { useCommand } from '../../kernel/commands/commands'
import { uiStore } from '../../kernel/ui/uiStore'
import { newDocument } from '../../session/document/documentFlows'
import classes from './Welcome.module.css'

/** Shows Data with a network that is still empty: the images come first, and a network that fits them is proposed there. */
function beginWithImages(): void {
  newDocument()
  uiStore.getState().setScreen('data')
}

function Step(props: {
  readonly icon: Icon
  readonly kind: string
  readonly title: string
  readonly text: string
  readonly onClick: () => void
  /** Another way to begin with the same. */
  readonly other?: { readonly title: string; readonly onClick: () => void }
}) {
  const StepIcon = props.icon
  const text = useId()
  const step = (
    <UnstyledButton className={classes.step} aria-label={props.title} aria-describedby={text} onClick={props.onClick}>
      <StepIcon size={20} stroke={1.5} aria-hidden />
      <span>
        <span className={classes.stepKind}>{props.kind}</span>
        <span className={classes.stepTitle}>{props.title}</span>
        <span id={text} className={classes.stepText}>
          {props.text}
        </span>
      </span>
    </UnstyledButton>
  )
  if (!props.other) return step
  return (
    <div className={classes.stepPair}>
      {step}
      <Anchor component="button" type="button" className={classes.stepOther} onClick={props.other.onClick}>
        {props.other.title}
      </Anchor>
    </div>
  )
}

/** The three cards. */
export function FirstSteps() {
  const experiments = useCommand('view.experiments')
  const importModel = useCommand('file.import')
  const make = useCommand('data.make')
  return (
    <section aria-labelledby="first-steps">
      <Text component="h2" id="first-steps" className={classes.heading}>
        Three ways to begin
      </Text>
      <div className={classes.steps}>
        <Step
          icon={IconFlask}
          kind="Learn"
          title="Experiments of the lectures"
          text="Six claims, tried out on this machine: what came of them stands beside what was said."
          onClick={experiments.run}
        />
        <Step
          icon={IconPhoto}
          kind="My images"
          title="Train on my images"
          text="Choose a folder with one folder per class; networks that fit are proposed, with reasons."
          onClick={beginWithImages}
          other={{
            title: 'Make a dataset: drop, paste, webcam',
            onClick: () => {
              beginWithImages()
              make.run()
            },
          }}
        />
        <Step
          icon={IconVector}
          kind="A model"
          title="Open a trained ONNX network"
          text="Look into it, evaluate it, fine-tune it on images of your own, export it again."
          onClick={importModel.run}
        />
      </div>
    </section>
  )
}
