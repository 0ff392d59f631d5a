import {percent} from './api.js';
import {show} from './bars.js';
import {explain} from './moved.js';
import {Raw} from './raw.js';

const PAUSE_MILLIS = 120;

/** A field for each input of a model, whatever model it is, and what the model says. */
export function open(root, card) {
  root.classList.add('filling');
  const ask = root.querySelector('.ask');
  const answer = root.querySelector('.answer');
  const fields = card.inputs.map(input => field(input, () => soon()));
  const raw = new Raw(root.querySelector('.raw'), `v1/models/${encodeURIComponent(card.name)}:predict`, answered);
  let example = 0;
  let timer = 0;

  const heading = document.createElement('h2');
  heading.textContent = 'Fill in';
  const grid = document.createElement('div');
  grid.className = 'fields';
  grid.append(...fields.map(f => f.element));
  ask.append(heading, grid);
  if (card.examples.length > 1) {
    const next = document.createElement('button');
    next.type = 'button';
    next.className = 'example';
    next.textContent = 'Another example';
    next.addEventListener('click', () => fill(card.examples[++example % card.examples.length]));
    const buttons = document.createElement('p');
    buttons.className = 'buttons';
    buttons.append(next);
    ask.append(buttons);
  }
  if (card.ignored.length) {
    const ignored = document.createElement('p');
    ignored.className = 'note';
    ignored.textContent = `Not used by this model: ${card.ignored.join(', ')}.`;
    ask.append(ignored);
  }

  function fill(row) {
    fields.forEach(f => f.set(row[f.name]));
    askNow();
  }

  /** A person types faster than they want answers. */
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(askNow, PAUSE_MILLIS);
  }

  function askNow() {
    clearTimeout(timer);
    const row = {};
    fields.forEach(f => {
      f.complain('');
      const value = f.get();
      if (value !== undefined) row[f.name] = value;
    });
    raw.ask(`{"instances": [{${Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(', ')}}]}`);
  }

  function answered(said, body) {
    const problem = answer.querySelector('.problem');
    problem.textContent = said.problem;
    problem.hidden = !said.problem;
    if (said.status !== 200) {
      answer.querySelector('.said').textContent = '';
      answer.querySelector('.note').textContent = '';
      show(answer.querySelector('.bars'), []);
      root.querySelector('.moved').hidden = true;
      const named = fields.find(f => [`.${f.name} `, `the field "${f.name}"`].some(n => said.problem.startsWith(`instances[0]${n}`) || said.problem.startsWith(`instances[0] lacks ${n}`)));
      if (named) named.complain(said.problem.replace(`instances[0].${named.name} `, ''));
      return;
    }
    fields.forEach(f => f.complain(''));
    const {instances} = JSON.parse(body);
    const prediction = said.json.predictions[0];
    say(prediction, instances.length);
    root.querySelector('.version').textContent = `Model ${card.name}, version ${said.version}`;
    explain(root.querySelector('.moved'), card, instances[0], prediction);
  }

  function say(prediction, rows) {
    const strong = document.createElement('strong');
    const chances = probabilities(card, prediction);
    const note = answer.querySelector('.note');
    if (card.positiveClass === undefined) {
      strong.textContent = prediction.label;
      answer.querySelector('.said').replaceChildren(strong, ` with ${percent(chances[card.classes.indexOf(prediction.label)])}`);
      show(answer.querySelector('.bars'), card.classes.map((name, i) => ({name, size: chances[i], text: percent(chances[i]), chosen: name === prediction.label})));
      note.textContent = '';
    } else {
      strong.textContent = percent(prediction.probability);
      answer.querySelector('.said').replaceChildren(strong, ` for ${card.positiveClass}`);
      show(answer.querySelector('.bars'), [{name: card.positiveClass, size: prediction.probability, text: percent(prediction.probability), tick: card.threshold, chosen: prediction.label === card.positiveClass}]);
      note.textContent = `The model says ${prediction.label}: it says ${card.positiveClass} above ${percent(card.threshold)} (the mark).`;
    }
    if (rows > 1) note.textContent += ` This is the first of ${rows} rows.`;
  }

  if (card.examples.length) {
    fill(card.examples[0]);
  } else {
    askNow();
  }
}

/** A probability for each class. */
export function probabilities(card, prediction) {
  if (prediction.probabilities) return prediction.probabilities;
  return card.classes.map(name => (name === card.positiveClass ? prediction.probability : 1 - prediction.probability));
}

function field(input, changed) {
  const element = document.createElement('div');
  element.className = 'field';
  const id = `field-${input.name}`;
  const label = document.createElement('label');
  label.htmlFor = id;
  // A long name may break after its underscores
  label.append(...input.name.split(/(?<=_)/).flatMap(part => [part, document.createElement('wbr')]));
  const control = controlOf(input);
  const hint = document.createElement('span');
  hint.className = 'hint';
  hint.id = `${id}-hint`;
  hint.textContent = hintOf(input);
  const wrong = document.createElement('span');
  wrong.className = 'wrong';
  wrong.id = `${id}-wrong`;
  wrong.setAttribute('role', 'alert');
  control.main.id = id;
  control.main.setAttribute('aria-describedby', `${hint.id} ${wrong.id}`);
  element.classList.toggle('wide', control.wide === true);
  const middle = document.createElement('div');
  middle.append(...control.elements, wrong);
  element.append(label, middle, hint);
  element.addEventListener('input', changed);
  return {
    name: input.name,
    element,
    get: control.get,
    set: control.set,
    complain(sentence) {
      wrong.textContent = sentence;
      if (sentence) control.main.setAttribute('aria-invalid', 'true');
      else control.main.removeAttribute('aria-invalid');
    },
  };
}

function controlOf(input) {
  if (input.shape.slice(1).reduce((a, b) => a * b, 1) > 1) return listControl();
  if (input.datatype !== 'BYTES') return numberControl(input);
  return input.values ? choiceControl(input) : textControl(input);
}

/** Nothing stands for null where that is allowed, and for no value at all where it is not. */
function nothing(input) {
  return input.nullable ? null : undefined;
}

function numberControl(input) {
  const main = document.createElement('input');
  main.type = 'number';
  main.step = input.datatype.startsWith('FP') ? 'any' : '1';
  if (input.min !== undefined) main.min = input.min;
  if (input.max !== undefined) main.max = input.max;
  return {
    main,
    elements: [main],
    // What is no number is sent as the text that it is, for the server to say so
    get: () => (main.validity.badInput ? 'not a number' : main.value === '' ? nothing(input) : Number(main.value)),
    set: value => (main.value = value === null || value === undefined ? '' : String(value)),
  };
}

function textControl(input) {
  const main = document.createElement('input');
  main.type = 'text';
  main.autocomplete = 'off';
  return {
    main,
    elements: [main],
    get: () => (main.value === '' && input.nullable ? null : main.value),
    set: value => (main.value = value ?? ''),
  };
}

function choiceControl(input) {
  const main = document.createElement('select');
  const open = input.otherValues === 'accepted';
  const choices = input.values.map(value => ({text: value, value}));
  if (input.nullable) choices.push({text: '(not given)', value: null});
  main.append(...choices.map(c => new Option(c.text)));
  if (open) main.append(new Option('other…'));
  const other = document.createElement('input');
  other.type = 'text';
  other.className = 'other';
  other.autocomplete = 'off';
  other.setAttribute('aria-label', `another value of ${input.name}`);
  const isOther = () => main.selectedIndex === choices.length;
  const showOther = () => (other.hidden = !isOther());
  main.addEventListener('input', showOther);
  showOther();
  return {
    main,
    elements: [main, other],
    get: () => (isOther() ? other.value : choices[main.selectedIndex].value),
    set(value) {
      const index = choices.findIndex(c => c.value === (value ?? null));
      main.selectedIndex = index >= 0 ? index : open ? choices.length : -1;
      if (index < 0) other.value = value ?? '';
      showOther();
    },
  };
}

function listControl() {
  const main = document.createElement('textarea');
  main.rows = 4;
  main.spellcheck = false;
  return {
    main,
    wide: true,
    elements: [main],
    get() {
      try {
        return JSON.parse(main.value);
      } catch {
        return main.value;
      }
    },
    set: value => (main.value = value === null || value === undefined ? '' : JSON.stringify(value)),
  };
}

function hintOf(input) {
  const number = value => value.toLocaleString('en');
  const {min, max} = input;
  const width = input.shape.slice(1).reduce((a, b) => a * b, 1);
  const range =
    min !== undefined && max !== undefined ? `${number(min)} to ${number(max)}`
    : min !== undefined ? `at least ${number(min)}`
    : max !== undefined ? `at most ${number(max)}`
    : '';
  return [input.description, range, width > 1 ? `a JSON array of ${width} values` : ''].filter(Boolean).join('; ');
}
