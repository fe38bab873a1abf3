import { calculate } from './calc.ts';
import { fromSpace } from './color-space.ts';
import { argumentsOf, callsIn, partsOf } from './shorthand.ts';

/** Red, green, blue from 0 to 255 and alpha from 0 to 1. */
export interface Color {
  channels: readonly [number, number, number];
  alpha: number;
}

export const white: Color = { channels: [255, 255, 255], alpha: 1 };
export const black: Color = { channels: [0, 0, 0], alpha: 1 };

/** Channels that differ by no more than this (of 255) are one colour to the eye: #eeeeee on white. */
const nearness = 17;

/** A CSS colour; undefined when it is none we can compute (gradients, `inherit`, system colours of the night). */
export function parseColor(text: string): Color | undefined {
  const value = text.trim().toLowerCase();
  if (value === 'transparent') return { channels: [0, 0, 0], alpha: 0 };
  const hex = /^#?([0-9a-f]{3,8})$/u.exec(named.get(value) ?? value)?.[1];
  if (hex && (value.startsWith('#') || named.has(value) || hex.length === 6)) return fromHex(hex);
  const [[name, list] = []] = /^[a-z-]+\(.*\)$/u.test(value) ? callsIn(value) : [];
  if (name === undefined || list === undefined) return undefined;
  if (name === 'color-mix') return mixed(argumentsOf(list).slice(1));
  if (name === 'light-dark') return parseColor(argumentsOf(list)[0] ?? '');
  if (/^\s*from\s/u.test(list)) return undefined;
  const parts = argumentsOf(list).flatMap((part) => partsOf(part.replaceAll('/', ' ')));
  return list.includes('calc(') ? fromParts(name, parts.map(evaluated)) : fromParts(name, parts);
}

/** `color-mix(in <space>, <color> <share>?, <color> <share>?)`, in whatever space as if in sRGB. */
function mixed(operands: readonly string[]): Color | undefined {
  const [first, second] = operands.map((operand) => {
    const parts = partsOf(operand);
    const share = parts.find((part) => /^[\d.]+%$/u.test(part));
    const color = parseColor(parts.find((part) => part !== share) ?? '');
    return color && { color, share: share === undefined ? undefined : Number.parseFloat(share) / 100 };
  });
  if (!first || !second) return undefined;
  const share = first.share ?? 1 - (second.share ?? 0.5);
  const other = second.share ?? 1 - share;
  const alpha = first.color.alpha * share + second.color.alpha * other;
  const opaque = blend({ ...first.color, alpha: share / (share + other || 1) }, second.color);
  const channels = first.color.alpha === 0 ? second.color.channels : opaque.channels;
  return { channels: second.color.alpha === 0 ? first.color.channels : channels, alpha: clamp(alpha, 1) };
}

function evaluated(part: string): string {
  return String(calculate(part, (amount, unit) => (unit === '' ? amount : undefined)) ?? part);
}

function fromParts(name: string, list: readonly string[]): Color | undefined {
  const parts = list.map((part) => (part === 'none' ? '0' : part));
  const alphaAt = name === 'color' ? 4 : 3;
  if (parts.length < alphaAt) return undefined;
  const alpha = fraction(parts[alphaAt] ?? '1', 1);
  const model = name.replace(/^(rgb|hsl)a$/u, '$1');
  const channels =
    model === 'rgb' ? fromRgb([...parts]) : model === 'hsl' ? fromHsl([...parts]) : fromSpace(model, parts);
  if (!channels || [...channels, alpha].some(Number.isNaN)) return undefined;
  return { channels, alpha: clamp(alpha, 1) };
}

/** The colour of an old attribute as `#rrggbb` or a name, whatever it says (HTML standard, "rules for parsing a legacy colour value"). */
export function legacyColor(text: string | undefined): string | undefined {
  const value = text?.trim().toLowerCase() ?? '';
  if (value === '' || value === 'transparent') return undefined;
  if (named.has(value) || /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/u.test(value)) return value;
  const digits = value
    .replace(/[\u{10000}-\u{10ffff}]/gu, '00')
    .slice(0, 128)
    .replace(/^#/u, '')
    .replace(/[^0-9a-f]/gu, '0');
  const padded = digits.padEnd(Math.max(3, Math.ceil(digits.length / 3) * 3), '0');
  const size = padded.length / 3;
  let parts = [0, 1, 2].map((at) => padded.slice(at * size, (at + 1) * size).slice(-8));
  while (parts.every((part) => part.length > 2 && part.startsWith('0')))
    parts = parts.map((part) => part.slice(1));
  return `#${parts.map((part) => part.slice(0, 2).padStart(2, '0')).join('')}`;
}

/** The colour that results where `upper` lies on `lower`. */
export function blend(upper: Color, lower: Color): Color {
  const mix = (index: 0 | 1 | 2) =>
    upper.channels[index] * upper.alpha + lower.channels[index] * (1 - upper.alpha);
  return { channels: [mix(0), mix(1), mix(2)], alpha: 1 };
}

/** Whether text of one colour cannot be told from a ground of the other. */
export function isIndistinct(text: Color, ground: Color): boolean {
  const shown = blend(text, ground);
  return shown.channels.every((value, index) => Math.abs(value - (ground.channels[index] ?? 0)) <= nearness);
}

function fromHex(hex: string): Color | undefined {
  if (hex.length === 5 || hex.length === 7) return undefined;
  const size = hex.length < 6 ? 1 : 2;
  const at = (index: number) => {
    const digits = hex.slice(index * size, index * size + size);
    return Number.parseInt(size === 1 ? digits + digits : digits, 16);
  };
  const alpha = hex.length === 4 || hex.length === 8 ? at(3) / 255 : 1;
  return { channels: [at(0), at(1), at(2)], alpha };
}

function fromRgb([red = '', green = '', blue = '']: string[]): [number, number, number] {
  return [fraction(red, 255), fraction(green, 255), fraction(blue, 255)];
}

function fromHsl([hueText = '', saturationText = '', lightText = '']: string[]): [number, number, number] {
  const hue = Number.parseFloat(hueText);
  const saturation = clamp(Number.parseFloat(saturationText) / 100, 1);
  const light = clamp(Number.parseFloat(lightText) / 100, 1);
  const spread = saturation * Math.min(light, 1 - light);
  const channel = (offset: number) => {
    const position = (((offset + hue / 30) % 12) + 12) % 12;
    return 255 * (light - spread * Math.max(-1, Math.min(position - 3, 9 - position, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

function fraction(text: string, whole: number): number {
  const number = Number.parseFloat(text);
  return clamp(text.endsWith('%') ? (number / 100) * whole : number, whole);
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

/** The named colours of CSS; system colours as a light desktop shows them. */
const named = new Map(
  (
    'black 000 white fff silver c0c0c0 gray 808080 grey 808080 maroon 800000 red f00 purple 800080 fuchsia f0f ' +
    'magenta f0f green 008000 lime 0f0 olive 808000 yellow ff0 navy 000080 blue 00f teal 008080 aqua 0ff cyan 0ff ' +
    'orange ffa500 aliceblue f0f8ff antiquewhite faebd7 aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 ' +
    'blanchedalmond ffebcd blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 ' +
    'chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c darkblue 00008b ' +
    'darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgrey a9a9a9 darkgreen 006400 darkkhaki bdb76b ' +
    'darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 ' +
    'darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f ' +
    'darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 ' +
    'dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 gainsboro dcdcdc ghostwhite f8f8ff ' +
    'gold ffd700 goldenrod daa520 greenyellow adff2f honeydew f0fff0 hotpink ff69b4 indianred cd5c5c ' +
    'indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 ' +
    'lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 ' +
    'lightgray d3d3d3 lightgrey d3d3d3 lightgreen 90ee90 lightpink ffb6c1 lightsalmon ffa07a ' +
    'lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 ' +
    'lightsteelblue b0c4de lightyellow ffffe0 limegreen 32cd32 linen faf0e6 mediumaquamarine 66cdaa ' +
    'mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee ' +
    'mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 ' +
    'mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead oldlace fdf5e6 olivedrab 6b8e23 ' +
    'orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee ' +
    'palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd ' +
    'powderblue b0e0e6 rebeccapurple 663399 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 ' +
    'salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d skyblue 87ceeb ' +
    'slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 ' +
    'tan d2b48c thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 whitesmoke f5f5f5 ' +
    'yellowgreen 9acd32 window fff canvas fff field fff highlighttext fff buttonhighlight efefef buttonface efefef ' +
    'windowtext 000 canvastext 000 fieldtext 000 buttontext 000 captiontext 000 infotext 000 menutext 000 ' +
    'marktext 000 graytext 808080 inactivecaption fff threedface efefef'
  )
    .match(/\S+ \S+/gu)
    ?.map((pair) => {
      const [name = '', hex = ''] = pair.split(' ');
      return [name, hex] as const;
    }),
);
