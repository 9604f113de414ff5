// Other words for commands, as people bring them from other programs, and why one cannot run now; not the commands themselves.
import { isInside } from '../../session/blocks/insideStore'

/** What people type, by the id of the command that they mean or by what its id begins with. */
export const otherWords: readonly (readonly [id: string, words: string])[] = [
  ['file.new', 'create empty blank network'],
  ['file.open', 'load recent project document'],
  ['file.import', 'import load pretrained model keras tensorflow tfjs teachable machine pytorch'],
  ['file.export', 'export onnx tfjs tensorflow pytorch download deploy convert'],
  ['file.save', 'store write keep'],
  ['file.diff', 'difference compare changes history versions'],
  ['edit.undo', 'back revert'],
  ['edit.redo', 'forward again'],
  ['edit.delete', 'remove clear erase'],
  ['edit.deleteAndJoin', 'remove bypass heal'],
  ['edit.duplicate', 'clone copy'],
  ['edit.selectAll', 'everything'],
  ['view.design', 'canvas editor graph network'],
  ['view.data', 'dataset images folder classes'],
  ['data.make', 'create collect webcam camera record capture photos teachable machine'],
  ['data.addImages', 'webcam camera record capture photos paste'],
  ['view.train', 'recipe learning rate epochs optimiser hyperparameters'],
  ['view.evaluate', 'test accuracy confusion matrix predict'],
  ['view.runs', 'history results curves compare'],
  ['view.welcome', 'home gallery architectures recent'],
  ['view.theme', 'dark light mode appearance colours settings preferences night'],
  ['view.settings', 'preferences options configuration theme device keys folders'],
  ['view.zoom', 'bigger smaller text size font settings'],
  ['tabs.close', 'document network quit'],
  ['tabs.', 'switch document network other window'],
  ['view.experiments', 'lectures courses claims'],
  ['help.tour', 'tutorial getting started introduction learn'],
  ['help.manual', 'help documentation docs search'],
  ['help.keys', 'keyboard shortcuts hotkeys bindings settings'],
  ['help.notices', 'licences licenses copyright legal'],
  ['arithmetic.openStage', 'kernel filter animation explain step'],
  ['arithmetic.openField', 'field of view explain'],
  ['arithmetic.compare', 'lecture comparison explain'],
  ['canvas.find', 'search locate go to'],
  ['canvas.addAfter', 'insert new layer append'],
  ['canvas.addBranch', 'insert new layer parallel'],
  ['canvas.insertOnWire', 'add layer between edge'],
  ['canvas.connectSelected', 'join wire edge link'],
  ['canvas.rename', 'name title'],
  ['canvas.editParameters', 'properties settings'],
  ['canvas.toggleFrozen', 'lock trainable fine-tune'],
  ['canvas.layout', 'auto layout arrange tidy clean up organise align'],
  ['canvas.arrange', 'layout align space evenly'],
  ['canvas.note', 'comment text sticky annotation'],
  ['canvas.zoom', 'magnify scale fit view'],
  ['canvas.snap', 'grid settings align'],
  ['canvas.minimap', 'overview map settings'],
  ['canvas.wireSizes', 'thickness edges settings'],
  ['canvas.export', 'image screenshot download figure print'],
  ['blocks.open', 'enter group drill down'],
  ['blocks.leave', 'exit group up parent'],
  ['blocks.expand', 'ungroup explode flatten unpack'],
  ['blocks.collapse', 'group fold combine'],
  ['blocks.make', 'group component subgraph reuse module'],
  ['blocks.redefine', 'edit component module'],
  ['blocks.keep', 'library store component'],
  ['blocks.forget', 'library delete component'],
  ['blocks.foldAll', 'group collapse all'],
  ['training.start', 'run fit learn go'],
  ['training.preflight', 'check memory time estimate'],
  ['training.pause', 'hold'],
  ['training.continue', 'resume unpause'],
  ['training.stop', 'cancel abort end'],
  ['training.resume', 'continue restart checkpoint'],
  ['data.choose', 'dataset open load import images'],
  ['data.use', 'dataset sample example mnist'],
  ['data.reload', 'refresh rescan'],
  ['evaluate.run', 'test measure accuracy'],
  ['evaluate.chooseModel', 'onnx load file'],
]

const [noLayers, noSelection, oneLayer, twoLayers] = [
  'The network has no layers yet.',
  'Select a layer or a note first.',
  'Select one layer first.',
  'Select two layers or more first.',
]

/** What is missing where a command is off, likewise. */
export const reasonsOff: readonly (readonly [id: string, reason: string])[] = [
  ['edit.undo', 'Nothing has been changed yet.'],
  ['edit.redo', 'Nothing has been undone.'],
  ['view.theme', 'This is the theme now.'],
  ['tabs.close', 'Nothing is open.'],
  ['tabs.', 'Only one network is open.'],
  ['edit.deleteAndJoin', oneLayer],
  ['edit.selectAll', noLayers],
  ['edit.delete', 'Select a layer, a wire or a note first.'],
  ['edit.', noSelection],
  ['canvas.rename', oneLayer],
  ['canvas.insertOnWire', 'Select one wire first.'],
  ['canvas.connectSelected', twoLayers],
  ['canvas.layout.selection', twoLayers],
  ['canvas.arrange', twoLayers],
  ['canvas.note.next', 'There are no notes.'],
  ['canvas.note', 'Select a note first.'],
  ['canvas.toggleFrozen', 'Select a layer first.'],
  ['canvas.editParameters', 'Select a layer first.'],
  ['canvas.zoom.selection', noSelection],
  ['canvas.', noLayers],
  ['arithmetic.openField', noLayers],
  ['file.diff', noLayers],
  ['blocks.leave', 'No block is open.'],
  ['blocks.expandAll', 'There are no blocks in the network.'],
  ['blocks.foldAll', noLayers],
  ['blocks.collapse', twoLayers],
  ['blocks.make', 'Select the layers that the block is to hold.'],
  ['blocks.redefine', 'Select a block that you made.'],
  ['blocks.keep', 'Select a block that you made.'],
  ['blocks.forget', 'Select a block that is kept among your blocks.'],
  ['blocks.', 'Select a block first.'],
  ['training.start', noLayers],
  ['training.preflight', 'The network has no layers yet, or it is training.'],
  ['training.continue', 'No training is paused.'],
  ['training.resume', 'There is no stopped run to go on with.'],
  ['training.', 'Nothing is training.'],
  ['data.addImages', 'Choose an image folder on the Data screen first.'],
  ['data.reload', 'Choose a dataset first.'],
  ['evaluate.run', 'Choose a model, and images on Data.'],
]

function longestStart(table: readonly (readonly [string, string])[], id: string): string | undefined {
  const fitting = table.filter(([start]) => id.startsWith(start))
  return fitting.toSorted(([a], [b]) => b.length - a.length)[0]?.[1]
}

/** Other words for a command, apart by spaces; empty where there are none. */
export function wordsFor(id: string): string {
  return longestStart(otherWords, id) ?? ''
}

/** Why a command that is off cannot run now; undefined where nobody has said it. */
export function whyOff(id: string): string | undefined {
  if (isInside() && id !== 'blocks.leave' && /^(?:edit|canvas|blocks)\./.test(id)) {
    return 'Go back out of the block first (Escape).'
  }
  return longestStart(reasonsOff, id)
}
