type Triple = [number, number, number];

/**
 * Red, green, blue from 0 to 255 of `hwb`, `lab`, `lch`, `oklab`, `oklch` and `color` (CSS Color 4): lightness right,
 * hue to about the eye's measure. Undefined for other functions.
 */
export function fromSpace(name: string, parts: readonly string[]): Triple | undefined {
  const [first = '', second = '', third = '', fourth = ''] = parts;
  switch (name) {
    case 'color':
      return fromColor(first, [share(second, 1), share(third, 1), share(fourth, 1)]);
    case 'hwb':
      return fromHwb(Number.parseFloat(first), share(second, 1, 100), share(third, 1, 100));
    case 'oklab':
      return fromOklab([share(first, 1), share(second, 0.4), share(third, 0.4)]);
    case 'oklch':
      return fromOklab([share(first, 1), ...polar(share(second, 0.4), third)]);
    case 'lab':
      return fromLab([share(first, 100), share(second, 125), share(third, 125)]);
    case 'lch':
      return fromLab([share(first, 100), ...polar(share(second, 150), third)]);
    default:
      return undefined;
  }
}

/** A number, or a percentage of `whole`; plain numbers go up to `most`. */
function share(text: string, whole: number, most = whole): number {
  const number = Number.parseFloat(text);
  return text.endsWith('%') ? (number / 100) * whole : (number / most) * whole;
}

function polar(chroma: number, hue: string): [number, number] {
  const radians = (Number.parseFloat(hue) * Math.PI) / 180;
  return [chroma * Math.cos(radians), chroma * Math.sin(radians)];
}

/** Wide gamuts as if they were sRGB: their greys are the same. */
function fromColor(space: string, channels: Triple): Triple {
  if (space === 'srgb-linear') return encoded(channels);
  return space.startsWith('xyz') ? fromXyz(channels) : scaled(channels);
}

function fromHwb(hue: number, whiteness: number, blackness: number): Triple {
  const sum = whiteness + blackness;
  if (sum >= 1) return scaled([whiteness / sum, whiteness / sum, whiteness / sum]);
  const channel = (offset: number) => {
    const position = (((offset + hue / 30) % 12) + 12) % 12;
    const pure = 0.5 - 0.5 * Math.max(-1, Math.min(position - 3, 9 - position, 1));
    return pure * (1 - sum) + whiteness;
  };
  return scaled([channel(0), channel(8), channel(4)]);
}

function fromOklab([light, a, b]: Triple): Triple {
  const long = (light + 0.3963 * a + 0.2158 * b) ** 3;
  const medium = (light - 0.1056 * a - 0.0639 * b) ** 3;
  const short = (light - 0.0895 * a - 1.2915 * b) ** 3;
  return encoded([
    4.0767 * long - 3.3077 * medium + 0.231 * short,
    -1.2684 * long + 2.6098 * medium - 0.3413 * short,
    -0.0042 * long - 0.7034 * medium + 1.7076 * short,
  ]);
}

function fromLab([light, a, b]: Triple): Triple {
  const middle = (light + 16) / 116;
  const linear = (value: number) => (value ** 3 > 0.008856 ? value ** 3 : (116 * value - 16) / 903.3);
  // The white of daylight (D65): adapting to the standard's D50 changes no grey.
  return fromXyz([0.9505 * linear(middle + a / 500), linear(middle), 1.089 * linear(middle - b / 200)]);
}

function fromXyz([x, y, z]: Triple): Triple {
  return encoded([
    3.2405 * x - 1.5372 * y - 0.4985 * z,
    -0.9693 * x + 1.876 * y + 0.0416 * z,
    0.0556 * x - 0.204 * y + 1.0572 * z,
  ]);
}

/** Linear light to sRGB. */
function encoded(channels: Triple): Triple {
  const encode = (value: number) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
  const [red, green, blue] = channels;
  return scaled([encode(red), encode(green), encode(blue)]);
}

function scaled([red, green, blue]: Triple): Triple {
  const scale = (value: number) => 255 * Math.min(Math.max(value, 0), 1);
  return [scale(red), scale(green), scale(blue)];
}
