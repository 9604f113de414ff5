// Tests of the CSV of predictions.
import { expect, test } from 'vitest'
import { printPredictionsCsv } from './predictionsCsv'

test('writes one line per image and quotes what needs it', () => {
  const csv = printPredictionsCsv({
    classes: ['cat', 'dog, "big"', '=cmd'],
    answers: [
      { index: 0, name: 'a.png', label: 0, predicted: 1, confidence: 0.75, loss: 1.5 },
      { index: 1, name: 'b.png', label: 2, predicted: 2, confidence: 1, loss: 0 },
    ],
  })
  expect(csv.split('\r\n')).toEqual([
    'index,image,true,predicted,correct,confidence,loss',
    '0,a.png,cat,"dog, ""big""",0,0.750000,1.500000',
    "1,b.png,'=cmd,'=cmd,1,1.000000,0.000000",
    '',
  ])
})
