// The name under which a model.json says what wrote it (`convertedBy`); the model is lowerTfjs.ts.
export const exporter = 'Netloom'
