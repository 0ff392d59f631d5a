import {get} from './api.js';
import {open as openDigit} from './digit.js';
import {open as openForm} from './form.js';

const LOOK_AGAIN_MILLIS = 2000;
const main = document.getElementById('main');
const links = document.getElementById('models');

let models = [];
let turn = 0;

async function start() {
  try {
    models = (await get('./')).models;
  } catch (e) {
    say(e.message);
    setTimeout(start, LOOK_AGAIN_MILLIS);
    return;
  }
  links.replaceChildren(
    ...models.map(model => {
      const link = document.createElement('a');
      link.href = `#${encodeURIComponent(model.name)}`;
      link.textContent = model.name;
      return link;
    }));
  await open();
}

/** Shows the model that the address names, or the first. */
async function open() {
  const mine = ++turn;
  const name = decodeURIComponent(location.hash.slice(1));
  const model = models.find(m => m.name === name) || models[0];
  for (const link of links.children) {
    if (link.textContent === model.name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${model.name} · Escala`;
  let card;
  try {
    card = await get(`models/${encodeURIComponent(model.name)}`);
  } catch (e) {
    if (mine !== turn) return;
    say(e.message);
    setTimeout(() => mine === turn && open(), LOOK_AGAIN_MILLIS);
    return;
  }
  if (mine !== turn) return;
  const root = document.createElement('div');
  root.append(document.getElementById('model').content.cloneNode(true));
  root.querySelector('.about').textContent = card.description;
  root.querySelector('.version').textContent = `Model ${card.name}, version ${card.version}`;
  main.replaceChildren(root);
  if (isDigits(card)) openDigit(root);
  else openForm(root, card);
}

function isDigits(card) {
  return card.name === 'digits' && card.inputs.length === 1 && card.inputs[0].shape[1] === 28 * 28 && card.classes.length === 10;
}

function say(sentence) {
  const text = document.createElement('p');
  text.className = 'problem';
  text.setAttribute('role', 'alert');
  text.textContent = sentence;
  main.replaceChildren(text);
}

addEventListener('hashchange', open);
start();
