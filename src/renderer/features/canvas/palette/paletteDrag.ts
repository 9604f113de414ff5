// How a layer travels while it is dragged from the palette to the canvas.

/** The kind of data that is dragged: a layer type. */
export const paletteMime = 'application/x-netloom-layer'
