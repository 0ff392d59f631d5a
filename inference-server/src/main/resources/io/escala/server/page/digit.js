import {percent} from './api.js';
import {show} from './bars.js';
import {Raw} from './raw.js';

const SIDE = 280;
const PEN = 20;
const STEP = 10;
/** The start of a stroke is no digit yet. */
const SHORTEST = 30;
/** What a picture file may have to be sent as it is: in base64 it is a third longer, and the server takes 1 MiB. */
const LARGEST_FILE = 700000;
const LARGEST_SIDE = 1200;

/** Paper, and the ten probabilities of what is drawn on it. */
export function open(root) {
  const ask = root.querySelector('.ask');
  ask.append(document.getElementById('digit').content.cloneNode(true));
  root.classList.add('drawing');
  const canvas = ask.querySelector('canvas');
  const paper = canvas.getContext('2d', {willReadFrequently: true});
  const answer = root.querySelector('.answer');
  const raw = new Raw(root.querySelector('.raw'), 'classify_digit', answered);
  let drawn = false;
  let waiting = false;
  let length = 0;

  function answered(said) {
    problem(said.problem);
    if (said.status !== 200) {
      nothingSaid();
      return;
    }
    const {predicted_label: digit, probabilities} = said.json;
    headline(digit, probabilities[digit]);
    bars(probabilities, digit);
    root.querySelector('.version').textContent = `Model digits, version ${said.version}`;
  }

  function headline(digit, probability) {
    const strong = document.createElement('strong');
    strong.textContent = digit;
    answer.querySelector('.said').replaceChildren(strong, ` with ${percent(probability)}`);
  }

  function bars(probabilities, digit) {
    show(
      answer.querySelector('.bars'),
      probabilities.map((p, i) => ({name: String(i), size: p, text: probabilities.some(Boolean) ? percent(p) : '', chosen: i === digit})));
  }

  function problem(sentence) {
    const element = answer.querySelector('.problem');
    element.textContent = sentence;
    element.hidden = !sentence;
  }

  function nothingSaid() {
    answer.querySelector('.said').textContent = drawn ? '' : 'Nothing is drawn yet';
    bars(Array(10).fill(0), -1);
  }

  function clear() {
    paper.fillStyle = '#fff';
    paper.fillRect(0, 0, SIDE, SIDE);
    drawn = false;
    length = 0;
    problem('');
    nothingSaid();
    raw.clear();
  }

  function line(from, to) {
    paper.strokeStyle = '#111';
    paper.lineWidth = PEN;
    paper.lineCap = paper.lineJoin = 'round';
    paper.beginPath();
    paper.moveTo(from.x, from.y);
    paper.lineTo(to.x, to.y);
    paper.stroke();
    drawn = true;
    length += Math.hypot(to.x - from.x, to.y - from.y);
    if (length >= SHORTEST) askSoon();
  }

  /** At most once a frame: a pen moves more often than that. */
  function askSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (drawn) raw.ask(JSON.stringify({image: base64(canvas.toDataURL('image/png'))}));
    });
  }

  drawWithPointer(canvas, line, askSoon);
  drawWithKeys(canvas, ask.querySelector('.pen'), ask.querySelector('.pen-state'), line, clear);
  ask.querySelector('.clear').addEventListener('click', clear);

  const file = ask.querySelector('input');
  ask.querySelector('.choose').addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    const chosen = file.files[0];
    file.value = '';
    if (!chosen) return;
    clear();
    try {
      const picture = await createImageBitmap(chosen);
      const scale = Math.min(SIDE / picture.width, SIDE / picture.height);
      const width = picture.width * scale;
      const height = picture.height * scale;
      paper.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
      drawn = true;
      raw.ask(JSON.stringify({image: await encoded(chosen, picture)}));
    } catch {
      problem(`${chosen.name} is not a picture that this browser can read: choose a PNG or JPEG file`);
    }
  });

  clear();
}

/** Mouse, finger and pen. Every point that the browser has seen between two frames is used. */
function drawWithPointer(canvas, line, ended) {
  let active = null;
  let last = null;
  const place = event => {
    const box = canvas.getBoundingClientRect();
    return {x: (event.clientX - box.left - 1) * SIDE / (box.width - 2), y: (event.clientY - box.top - 1) * SIDE / (box.height - 2)};
  };
  canvas.addEventListener('pointerdown', event => {
    if (active !== null || event.button !== 0) return;
    active = event.pointerId;
    canvas.setPointerCapture(active);
    last = place(event);
    line(last, last);
  });
  canvas.addEventListener('pointermove', event => {
    if (event.pointerId !== active) return;
    const seen = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of seen.length ? seen : [event]) {
      const next = place(each);
      line(last, next);
      last = next;
    }
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, event => {
      if (event.pointerId !== active) return;
      active = null;
      ended();
    });
  }
}

function drawWithKeys(canvas, pen, state, line, clear) {
  const ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  let at = {x: SIDE / 2, y: SIDE / 4};
  let down = false;
  const put = isDown => {
    down = isDown;
    pen.classList.toggle('down', down);
    state.textContent = down ? 'Pen down' : 'Pen up';
    if (down) line(at, at);
  };
  const showPen = () => {
    pen.hidden = false;
    pen.style.left = `${at.x + 1}px`;
    pen.style.top = `${at.y + 1}px`;
  };
  canvas.addEventListener('focus', () => {
    if (canvas.matches(':focus-visible')) showPen();
  });
  canvas.addEventListener('blur', () => {
    pen.hidden = true;
    down = false;
    pen.classList.remove('down');
    state.textContent = '';
  });
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ways[event.key];
    if (way) {
      const step = event.shiftKey ? 2 : STEP;
      const inside = value => Math.min(SIDE, Math.max(0, value));
      const next = {x: inside(at.x + way[0] * step), y: inside(at.y + way[1] * step)};
      if (down) line(at, next);
      at = next;
    } else if (event.key === ' ') {
      if (!event.repeat) put(!down);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      down = false;
      pen.classList.remove('down');
      state.textContent = '';
      clear();
    } else {
      return;
    }
    showPen();
    event.preventDefault();
  });
}

/** A picture file in base64: as it is, or smaller when the server would not take it. */
async function encoded(file, picture) {
  if (file.size <= LARGEST_FILE && ['image/png', 'image/jpeg'].includes(file.type)) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }
  const scale = Math.min(1, LARGEST_SIDE / picture.width, LARGEST_SIDE / picture.height);
  const small = document.createElement('canvas');
  small.width = Math.max(1, Math.round(picture.width * scale));
  small.height = Math.max(1, Math.round(picture.height * scale));
  const paper = small.getContext('2d');
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, small.width, small.height);
  paper.drawImage(picture, 0, 0, small.width, small.height);
  return base64(small.toDataURL('image/jpeg', 0.9));
}

function base64(dataUrl) {
  return dataUrl.slice(dataUrl.indexOf(',') + 1);
}
