// The small classes of our own that a written model may need, where torch.nn has none; which layer needs which stands in layerRules.ts.

/** By name: Python's text. */
export const helperClasses = {
  PaddedAveragePool2d: `class PaddedAveragePool2d(nn.Module):
    """Average pooling with its own padding at each side (left, right, top, bottom): \`counted\` joins in as zeros, \`uncounted\` not at all."""

    def __init__(self, kernel_size, stride, counted, uncounted):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, stride
        self.counted, self.uncounted = counted, uncounted

    def forward(self, x):
        ones = F.pad(torch.ones_like(x[:1, :1]), self.counted, value=1.0)
        share = F.avg_pool2d(F.pad(ones, self.uncounted), self.kernel_size, self.stride)
        padded = F.pad(F.pad(x, self.counted), self.uncounted)
        return F.avg_pool2d(padded, self.kernel_size, self.stride) / share`,
  RepeatPixels: `class RepeatPixels(nn.Module):
    """Each pixel as a rectangle of (rows, columns)."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def forward(self, x):
        return x.repeat_interleave(self.scale[0], dim=2).repeat_interleave(self.scale[1], dim=3)`,
  SlopedSigmoid: `class SlopedSigmoid(nn.Module):
    """A straight line between 0 and 1: max(0, min(1, slope * x + offset))."""

    def __init__(self, slope, offset):
        super().__init__()
        self.slope, self.offset = slope, offset

    def forward(self, x):
        return torch.clamp(self.slope * x + self.offset, 0.0, 1.0)`,
  Step: `class Step(nn.Module):
    """1 for x >= 0, else \`low\`."""

    def __init__(self, low):
        super().__init__()
        self.low = low

    def forward(self, x):
        return torch.where(x >= 0, torch.ones_like(x), torch.full_like(x, self.low))`,
} as const

export type HelperName = keyof typeof helperClasses

/** The names, in the order in which they are written. */
export const helperNames = Object.keys(helperClasses).filter((name): name is HelperName => name in helperClasses)
