import { describe, expect, it } from 'vitest'
import { TrainingPace } from './trainingPace'

describe('TrainingPace', () => {
  it('counts waiting but not evaluation into images per second', () => {
    let now = 1000
    const pace = new TrainingPace(() => now)
    expect(pace.imagesPerSecond).toBe(0)
    expect(pace.secondsLeft(10)).toBeNull()
    // two steps of 50 images: 100 ms waiting, 400 ms computing each; then 1 s of evaluation
    for (let step = 0; step < 2; step++) pace.addStep(50, 100, 400)
    now += 2000
    expect(pace.imagesPerSecond).toBe(100)
    expect(pace.seconds).toBe(2)
    expect(pace.secondsLeft(3)).toBe(3)
    expect(pace.endEpoch()).toEqual({ seconds: 2, waitingSeconds: 0.2, imagesPerSecond: 100 })
    now += 500
    pace.addStep(50, 0, 250)
    expect(pace.endEpoch()).toEqual({ seconds: 0.5, waitingSeconds: 0, imagesPerSecond: 200 })
  })

  it('leaves out the first step of each batch size where there are others', () => {
    const pace = new TrainingPace(() => 0)
    pace.addStep(10, 0, 5000)
    expect(pace.imagesPerSecond).toBe(2)
    pace.addStep(10, 0, 100)
    pace.addStep(3, 0, 5000)
    expect(pace.imagesPerSecond).toBe(100)
  })
})
