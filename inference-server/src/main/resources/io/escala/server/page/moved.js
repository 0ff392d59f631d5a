import {percent, send} from './api.js';
import {show} from './bars.js';
import {probabilities} from './form.js';

/** Rows of one request, below what the server takes by default. */
const MOST_ROWS = 600;

let latest = 0;

/**
 * Shows what each field did to the probability: all variants of the row are asked in one request.
 * Each has one field's value replaced by that of one example row of the model's bundle.
 */
export async function explain(root, card, row, prediction) {
  const turn = ++latest;
  const names = card.inputs.map(input => input.name);
  const examples = card.examples.slice(0, Math.max(1, Math.floor(MOST_ROWS / names.length)));
  const watched = card.positiveClass ?? prediction.label;
  const chance = said => probabilities(card, said)[card.classes.indexOf(watched)];
  if (names.length < 2 || examples.length < 2) {
    root.hidden = true;
    return;
  }
  const instances = names.flatMap(name => examples.map(example => ({...row, [name]: example[name]})));
  const said = await send(`v1/models/${encodeURIComponent(card.name)}:predict`, JSON.stringify({instances}));
  if (turn !== latest) return;
  root.hidden = false;
  const note = root.querySelector('.note');
  if (said.status !== 200) {
    show(root.querySelector('.bars'), []);
    note.textContent = `It cannot be said now: ${said.problem}.`;
    return;
  }
  const base = chance(prediction);
  const changes = names
    .map((name, i) => {
      const others = said.json.predictions.slice(i * examples.length, (i + 1) * examples.length).map(chance);
      return {name, change: base - others.reduce((a, b) => a + b, 0) / others.length};
    })
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const widest = Math.max(Math.abs(changes[0].change), 0.01);
  show(
    root.querySelector('.bars'),
    changes.map(({name, change}) => {
      const size = Math.abs(change) / widest / 2;
      return {name, given: shown(row[name]), from: change < 0 ? 0.5 - size : 0.5, size, text: points(change), less: change < 0};
    }));
  note.textContent =
    `Each bar: how many percentage points the probability of “${watched}” (${percent(base)}) lies above or below the average that ` +
    `the model gives when this one field has the values of ${examples.length} example rows kept with the model instead, all other fields as given. ` +
    'The bars need not add up, and they tell what the model does, not what would change the outcome.';
}

function shown(value) {
  return value === null || value === undefined ? 'not given' : String(value);
}

function points(change) {
  const text = (Math.abs(change) * 100).toFixed(1);
  return text === '0.0' ? '0.0' : `${change < 0 ? '−' : '+'}${text}`;
}
