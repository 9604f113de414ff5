// Every command, argument and option by name: the interface that other programs script. What commands do is in commands/, loaded when run.
import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../../../package.json'
import { splitNames, resizePolicies } from '../../shared/datasets/dataset'
import { textEnding } from '../../shared/graph/fileNames'
import { explanationMethods } from '../../shared/insight/methods'
import { labelSets } from '../../shared/datasets/labelSets'
import { deviceNames, engineNames } from '../../shared/training/deviceNames'
import { augmentationPresets } from '../../shared/training/recipe'
import { addAbout, environmentText } from './aboutCommands'
import {
  exitCodes,
  validation,
  scaling,
  imageRange,
  imageShape,
  belowOne,
  notNegative,
  positive,
  wholeFrom,
  gatherFactor,
  gatherUnfreeze,
  outputPath,
  type Outcome,
} from './usage'

const datasetText =
  'builtin:digits, builtin:shapes, builtin:truth-table, builtin:xor, mnist:DIR, fashion-mnist:DIR, cifar10:DIR, cifar100:DIR, folder:DIR or a path'
const networkText = "a document, an .onnx file, a run folder or an architecture's name"
const modelText = 'a run folder, a document with weights or an .onnx file'

const jsonOption = () => new Option('--json', 'print one JSON value on stdout')
const deviceOption = () =>
  new Option('--device <device>', 'where to compute; "netloom devices" tries them').choices(deviceNames).default('auto')
const engineOption = () =>
  new Option('--engine <name>', 'what computes: ort is ONNX Runtime, tfjs TensorFlow.js')
    .choices(engineNames)
    .default('ort')
const acceptOption = () =>
  new Option('--accept-difference', 'use an imported network even where it gives something else than its file')
const resizeOption = () =>
  new Option('--resize <policy>', 'how images of other sizes are fitted').choices(resizePolicies)
const copiesOption = [
  '--leave-out-copies',
  'use images with the same content once; in two classes, not at all',
] as const
const centreOption = ['--centre', 'move the bright part of every image to the middle'] as const
const shiftOption = () =>
  new Option('--shift <pixels>', 'move every test image by so many pixels, each its own way').argParser(
    wholeFrom(0, 256),
  )
const permuteOption = () =>
  new Option('--permute <seed>', 'put the pixels of all images into one random order').argParser(
    wholeFrom(0, 0xffffffff),
  )
const normalizeOption = () =>
  new Option(
    '--normalize <scaling>',
    'imagenet, cifar10, mnist, unit, signed, none or MEAN,..:STD,..; known for own runs and documents',
  ).argParser(scaling)

/** Accepts `available`, and says of `later` that this version lacks it. */
function choiceOf(option: Option, available: readonly string[], later: readonly string[]): Option {
  const choice = option.choices(available)
  const { parseArg } = choice
  return choice.argParser((text, before) => {
    if (later.includes(text)) throw new InvalidArgumentError(`It is not in this version; use ${available.join(', ')}.`)
    return parseArg?.(text, before)
  })
}

const gather = (text: string, before: readonly string[] = []) => [...before, text]

function addNew(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('new')
    .summary('write a network document')
    .description('Writes the document of a known architecture, to be edited and trained.')
    .argument('[architecture]', 'see --list')
    .option('--list', 'list the architectures')
    .option('--input <CxHxW>', 'size of the images', imageShape)
    .option('--classes <n>', 'number of classes', wholeFrom(2))
    .option('-o, --output <file>', `where to write, - for standard output (default: ARCHITECTURE${textEnding})`)
    .option('--force', 'replace a file that is there')
    .addOption(jsonOption())
    .action(async (name, options) => done((await import('./commands/new')).runNew(name, options)))
}

function addInfo(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('info')
    .summary('show shapes, parameters and cost of a network')
    .description('Shows every layer with its output shape, parameters, multiply-accumulates and receptive field.')
    .argument('<network>', networkText)
    .addOption(jsonOption())
    .action(async (network, options) => done((await import('./commands/info')).runInfo(network, options)))
}

function addData(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('data')
    .summary('look at a dataset')
    .description(
      'Shows classes, counts per split, sizes, unreadable files and duplicates across splits. With --find it looks for problems: the same image twice, in two classes or splits, labels that are probably wrong, outliers, dark, bright, dull or blurred images, odd sizes.',
    )
    .argument('<dataset>', datasetText)
    .option('--find', 'look at every image for problems; what is found is kept until the dataset changes')
    .addOption(jsonOption())
    .action(async (dataset, { find, ...options }) =>
      done(
        find
          ? (await import('./commands/dataProblems')).runDataProblems(dataset, options)
          : (await import('./commands/data')).runData(dataset, options),
      ),
    )
}

function addTrain(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('train')
    .summary('train a network')
    .description('Trains in a process of its own and keeps everything in a run folder. Ctrl-C stops after the step.')
    .argument('[network]', "a document or an architecture's name; left out with --resume")
    .option('--data <dataset>', datasetText)
    .option('--epochs <n>', 'passes over the training images (default: 10)', wholeFrom(1))
    .option('--batch <n>', 'images per step (default: 64)', wholeFrom(1))
    .addOption(
      choiceOf(
        new Option('--optimizer <name>', '(default: adam)'),
        ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'],
        ['lbfgs'],
      ),
    )
    .option('--lr <x>', 'learning rate (default: 0.001, for the SGD family 0.01)', positive)
    .option('--momentum <x>', 'for momentum and nesterov (default: 0.9)', belowOne)
    .option('--weight-decay <x>', 'L2, or decoupled for adamw (default: 0)', notNegative)
    .addOption(
      new Option('--schedule <name>', 'how the learning rate changes (default: constant)').choices([
        'constant',
        'step',
        'plateau',
        'exponential',
        'cosine',
      ]),
    )
    .addOption(
      new Option('--loss <name>', '(default: cross-entropy)').choices(['cross-entropy', 'hinge', 'mse', 'perceptron']),
    )
    .addOption(new Option('--augment <preset>', 'vary the images (default: none)').choices(augmentationPresets))
    .addOption(engineOption())
    .addOption(deviceOption())
    .addOption(
      new Option('--precision <name>', 'mixed: products in float16, on graphics processors (default: float32)').choices(
        ['float32', 'mixed'],
      ),
    )
    .option('--seed <n>', 'start of all random numbers (default: 1)', wholeFrom(0, 0xffffffff))
    .option('--val <fraction|dir>', 'share of the training images for validation, or a folder of its own', validation)
    .option('--train-range <a:b>', 'train on these images of the training files only', imageRange)
    .option('--test-range <a:b>', 'test on these images only', imageRange)
    .option('--limit <n>', 'use this many images of each split at most', wholeFrom(1))
    .option(...copiesOption)
    .option(...centreOption)
    .addOption(shiftOption())
    .addOption(permuteOption())
    .option('--replace-head', 'start the last layer anew (done where the dataset has another number of classes)')
    .option('--freeze <pattern>', 'keep the weights of these layers, * for any characters; may be repeated', gather)
    .option('--unfreeze <epochs:pattern>', 'train frozen layers after so many epochs; may be repeated', gatherUnfreeze)
    .option('--lr-factor <pattern=factor>', 'times the learning rate of these layers; may be repeated', gatherFactor)
    .addOption(normalizeOption())
    .addOption(resizeOption())
    .addOption(acceptOption())
    .option('--out <dir>', 'the run folder (default: a new one below runs/)', outputPath)
    .option('--resume <run>', 'go on with a run that was stopped; --epochs, --batch and --device may be others')
    .addOption(jsonOption())
    .action(async (network, options) => done((await import('./commands/train')).runTrain(network, options)))
}

function addEval(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('eval')
    .summary('measure a model on a dataset')
    .description('Measures accuracy, loss and the confusion matrix.')
    .argument('<model>', modelText)
    .option('--data <dataset>', datasetText)
    .addOption(new Option('--split <name>', 'which images (default: test)').choices(splitNames))
    .option('--batch <n>', 'images at a time', wholeFrom(1), 128)
    .option('--test-range <a:b>', 'these images of the test files only', imageRange)
    .option(...centreOption)
    .addOption(shiftOption())
    .addOption(permuteOption())
    .addOption(normalizeOption())
    .addOption(resizeOption())
    .addOption(engineOption())
    .addOption(deviceOption())
    .addOption(acceptOption())
    .addOption(jsonOption())
    .action(async (model, options) => done((await import('./commands/eval')).runEval(model, options)))
}

function addPredict(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('predict')
    .summary('classify images')
    .description('Gives the probability of each class for each image.')
    .argument('<model>', modelText)
    .argument('<image...>', 'image files, or folders of them')
    .option('--csv <file>', 'write file, class and confidence of each image as a table')
    .option('--sort-into <folder>', 'copy each image into the folder of its class there; nothing is written over')
    .option('--force', 'replace the file of --csv where it is there')
    .option('--top <n>', 'classes to show per image (JSON has all)', wholeFrom(1), 5)
    .addOption(normalizeOption())
    .addOption(resizeOption())
    .addOption(deviceOption())
    .addOption(acceptOption())
    .addOption(jsonOption())
    .action(async (model, images, options) =>
      done((await import('./commands/predict')).runPredict(model, images, options)),
    )
}

const imageOption = ['--image <file>', 'the image to look at'] as const

function addInsight(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('activations')
    .summary('show what the layers give for an image')
    .description(
      'Gives the maps of every layer for an image: mean and maximum of each channel, and the share of zeros.',
    )
    .argument('<model>', modelText)
    .requiredOption(...imageOption)
    .option('--layer <layer>', 'a layer or block, or a node or value of an .onnx file; may be repeated', gather)
    .option('-o, --output <dir>', "each layer's maps as a PNG grid and as .npy", outputPath)
    .option('--force', 'replace files that are there and that this command did not write')
    .addOption(normalizeOption())
    .addOption(resizeOption())
    .addOption(acceptOption())
    .addOption(jsonOption())
    .action(async (model, options) => done((await import('./commands/showActivations')).runActivations(model, options)))
  program
    .command('explain')
    .summary('show why an image gets its class, with checks of the answer')
    .description(
      'Gives a map of what a score depends on, and checks it: pixels put in and taken out, shuffled weights, completeness.',
    )
    .argument('<model>', modelText)
    .requiredOption(...imageOption)
    .option('--class <class>', 'name or number of the class (default: the one with the highest score)')
    .addOption(new Option('--method <name>', 'how it is explained').choices(explanationMethods).makeOptionMandatory())
    .option('--layer <layer>', 'for grad-cam and hirescam (default: the last one with maps)')
    .option('--steps <n>', 'for integrated-gradients (default: 64) and smoothgrad (default: 50)', wholeFrom(1, 10_000))
    .option('--window <n>', 'pixels, for occlusion (default: a quarter of the image)', wholeFrom(1))
    .option('--stride <n>', 'pixels, for occlusion (default: half a window)', wholeFrom(1))
    .option('-o, --output <file>', 'the map over the image, a PNG; - for standard output')
    .option('--force', 'replace a file that is there and that this command did not write')
    .addOption(normalizeOption())
    .addOption(resizeOption())
    .addOption(acceptOption())
    .addOption(jsonOption())
    .action(async (model, options) => done((await import('./commands/explain')).runExplain(model, options)))
}

function addExport(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('export')
    .summary('write a model for other programs')
    .description('Writes the model, runs what was written and compares it with the engine.')
    .argument('<model>', 'a run folder or a document with weights')
    .addOption(
      new Option('--format <name>', 'one file, or a folder for tfjs and pytorch')
        .choices(['onnx', 'tfjs', 'pytorch'])
        .default('onnx'),
    )
    .requiredOption('-o, --output <path>', 'where to write; - for standard output, of onnx')
    .addOption(normalizeOption())
    .option(
      '--scaling-inside',
      'the model takes pixels 0 ... 255 (default: scaled inputs, the scaling in its metadata)',
    )
    .option('--temperature <t>', 'divide the logits by this; "netloom eval --split val" fits it (onnx)', positive)
    .option('--force', 'replace files that are there and that no export wrote')
    .addOption(jsonOption())
    .action(async (model, options) => done((await import('./commands/export')).runExport(model, options)))
}

function addImport(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('import')
    .summary('make an ONNX or TensorFlow.js model an editable network')
    .description(
      'Writes a document, its weights and a receipt: both networks run in ONNX Runtime on the same inputs and compared.',
    )
    .argument('<file>', 'an .onnx file, or the model.json of a TensorFlow.js layers model')
    .option(
      '-o, --document <file>',
      `the document (default: FILE${textEnding}); weights and receipt go beside it`,
      outputPath,
    )
    .option('--output <name>', 'the output to take, where the file has several (default: the first that gives scores)')
    .addOption(normalizeOption())
    .option(
      '--classes <names>',
      `names of the classes: ${labelSets.map(({ id }) => id).join(', ')}; or a file, one per line or a JSON list`,
    )
    .option('--input <CxHxW>', 'size of the images, where the file leaves it open', imageShape)
    .option('--image <file>', 'compare by this image too')
    .addOption(new Option('--picture <file>').hideHelp())
    .option('--flat', 'keep every layer by itself instead of gathering blocks')
    .option('--force', 'replace files that are there')
    .addOption(acceptOption())
    .addOption(jsonOption())
    .action(async (file, options) => done((await import('./commands/import')).runImport(file, options)))
}

function addRest(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('devices')
    .summary('show what can compute here')
    .description('Lists engines and devices, each tried out, and what is missing for the others.')
    .option('--refresh', 'try everything again, whatever is remembered')
    .addOption(new Option('--install <what>', 'download what a device needs').choices(['cuda']))
    .addOption(new Option('--remove <what>', 'take it away again').choices(['cuda']))
    .option('--from <file>', 'with --install: a package that was downloaded elsewhere')
    .option('--feed <url>', 'with --install: the index of another NuGet feed, such as a mirror')
    .addOption(jsonOption())
    .action(async (options) => done((await import('./commands/devices')).runDevices(options)))
  program
    .command('demo')
    .summary('train LeNet-5 on built-in digits, in about a minute')
    .description('Builds LeNet-5, trains it on the built-in digits, exports ONNX and checks it. Downloads nothing.')
    .option('--out <dir>', 'where the files go', outputPath, 'netloom-demo')
    .addOption(jsonOption())
    .action(async (options) => done((await import('./commands/demo')).runDemo(options)))
}

function addExperiment(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('experiment')
    .summary("try out a lecture's claim")
    .description("Trains the networks behind a lecture's claim and puts the outcome beside it, whatever it is.")
    .argument('[name]', 'see --list')
    .option('--list', 'list the experiments')
    .option('--quick', 'in seconds, too small to be judged')
    .option('--data <dataset>', 'images in place of the built-in ones')
    .option('--seed <n>', 'start of all random numbers', wholeFrom(0, 0xffffffff), 1)
    .option('--out <dir>', 'where the runs and the result go', outputPath, 'runs')
    .addOption(jsonOption())
    .action(async (name, options) => done((await import('./commands/experiment')).runExperimentCommand(name, options)))
}

function addServe(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('serve')
    .summary('open the app in a browser')
    .description('Serves the app to a browser on this machine, prints its address, and ends with Ctrl-C.')
    .argument('[path...]', 'folders that the app may reach (default: this one and your home), networks to open')
    .option('--port <n>', 'the port (default: 8474, or a free one)', wholeFrom(0, 65_535))
    .option('--open', 'open a browser')
    .option('--new-key', 'renew the key in the address, which is kept; pages with the old one are refused')
    .option('--allow-remote <name>', 'be reachable from other machines too, as this name or address')
    .addOption(new Option('--self-test', 'try what the app can do, and end').hideHelp())
    .action(async (folders, options) => done((await import('./commands/serve')).runServe(folders, options)))
}

/** One line for a message of Commander: its own prefix off, ours on. */
function printUsage(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
  return `netloom: ${message}. See "netloom --help", or "--help" after a command.\n`
}

/** Every command, each of which gives what it does to `done`. */
export function makeProgram(done: (outcome: Outcome) => Promise<void>): Command {
  const program = new Command('netloom')
    .description('Design, train and exchange convolutional networks on your own machine.')
    .version(version)
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .addHelpText('after', environmentText)
    .configureOutput({ outputError: (text, write) => write(printUsage(text)) })
    .exitOverride()
  for (const add of [
    addNew,
    addInfo,
    addData,
    addTrain,
    addEval,
    addPredict,
    addInsight,
    addExport,
    addImport,
    addExperiment,
    addServe,
    addRest,
    addAbout,
  ])
    add(program, done)
  return program
}

/**
 * Runs one command line.
 * @param argv as `process.argv`
 * @returns the exit code of the command
 * @throws CommanderError for wrong usage (its message is printed) and after help; whatever the command throws
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = makeProgram(async (outcome) => {
    exitCode = (await outcome) ?? exitCodes.done
  })
  await program.parseAsync([...argv])
  return exitCode
}
