// The painters: one works on the graphics processor; the other one, where there is none, on the plain canvas.

const FADE = 0.62; // So much of the farthest points' colour is the background's, and of each point's rim.
const RIM = 0.3;
const DIM_FADE = 0.82;
const HIDDEN = 0;
const DIM = 1;
const PLAIN = 2;
const BRIGHT = 3;
const SIZES = [0, 0.62, 1, 1.5];

const VERTEX = `#version 300 es
in vec3 from; in vec3 to; in vec4 colour;
uniform mat4 matrix; uniform float way; uniform float size; uniform vec2 depths; uniform vec3 background;
out vec3 shade; out float radius;
void main() {
  float kind = floor(colour.a * 255.0 + 0.5);
  gl_Position = matrix * vec4(mix(from, to, way), 1.0);
  float distance = gl_Position.w;
  float scale = kind < 1.5 ? ${SIZES[DIM]} : kind < 2.5 ? 1.0 : ${SIZES[BRIGHT]};
  float across = clamp(size * scale / distance, 1.6, 60.0);
  float fade = ${FADE} * smoothstep(depths.x, depths.y, distance);
  shade = mix(colour.rgb, background, kind < 1.5 ? ${DIM_FADE} : fade);
  radius = across * 0.5;
  gl_PointSize = across + 1.0;
  // What is bright lies before everything, and what is dim behind it.
  gl_Position.z = (gl_Position.z + (kind < 1.5 ? 2.0 : kind < 2.5 ? 0.0 : -2.0) * gl_Position.w) / 3.0;
  if (kind < 0.5) { gl_Position = vec4(0.0, 0.0, 9.0, 1.0); gl_PointSize = 0.0; }
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 background;
in vec3 shade; in float radius;
out vec4 painted;
void main() {
  vec2 place = (gl_PointCoord - 0.5) * (2.0 * radius + 1.0);
  float cover = clamp(radius + 0.5 - length(place), 0.0, 1.0);
  if (cover < 0.25) discard;
  float rim = ${RIM} * smoothstep(radius - 1.6, radius - 0.4, length(place)) * step(2.0, radius);
  painted = vec4(mix(shade, background, rim) * cover, cover);
}`;

class GlPainter {
  name = "WebGL";

  // Where WebGL is only emulated the plain canvas is several times faster: `any` takes it all the same.
  constructor(canvas, any) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, failIfMajorPerformanceCaveat: !any });
    if (!gl || (!any && isEmulated(gl))) throw new Error("there is no WebGL 2 on a graphics processor");
    this.gl = gl;
    const program = linked(gl);
    gl.useProgram(program);
    this.uniforms = {};
    for (const name of ["matrix", "way", "size", "depths", "background"]) {
      this.uniforms[name] = gl.getUniformLocation(program, name);
    }
    this.buffers = {};
    for (const [name, size, type] of [["from", 3, gl.FLOAT], ["to", 3, gl.FLOAT], ["colour", 4, gl.UNSIGNED_BYTE]]) {
      const at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, (this.buffers[name] = gl.createBuffer()));
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, type, type === gl.UNSIGNED_BYTE, 0, 0);
    }
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  fill(name, array) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
  }

  // Takes new arrays only when they are others than those of the last picture.
  take({ from, to, colours, edition }) {
    if (this.from !== from) this.fill("from", (this.from = from));
    if (this.to !== to) this.fill("to", (this.to = to));
    if (this.colours !== colours || this.edition !== edition) this.fill("colour", (this.colours = colours));
    this.edition = edition;
  }

  paint(scene) {
    const { gl, uniforms } = this;
    this.take(scene);
    gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
    const background = scene.background.map((value) => value / 255);
    gl.clearColor(...background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix4fv(uniforms.matrix, false, scene.matrix);
    gl.uniform1f(uniforms.way, scene.way);
    gl.uniform1f(uniforms.size, scene.size);
    gl.uniform2fv(uniforms.depths, scene.depths);
    gl.uniform3fv(uniforms.background, background);
    gl.drawArrays(gl.POINTS, 0, scene.from.length / 3);
  }
}

// Chromium does not count its own emulation as slow.
function isEmulated(gl) {
  const details = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error("The shaders do not link");
  return program;
}

// Paints discs into the bitmap, the farthest first: a bucket for each step of depth instead of a sort.
const STEPS = 1024;
const RADIUS_STEPS = 4; // a pixel
const PLACES = 3; // within a pixel, along each side
const LARGEST = 30;

class PlainPainter {
  name = "plain canvas";

  constructor(canvas) {
    this.context = canvas.getContext("2d", { alpha: false });
  }

  paint(scene) {
    const { width, height } = this.context.canvas;
    this.fit(width, height, scene.from.length / 3);
    project(scene.matrix, scene.from, scene.to, scene.way, width, height, this.placed);
    this.sort(scene);
    const [red, green, blue] = scene.background;
    this.pixels.fill((255 << 24) | (blue << 16) | (green << 8) | red);
    this.discs(scene, width, height);
    this.context.putImageData(this.image, 0, 0);
  }

  fit(width, height, count) {
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.stamps = [];
    }
    if (this.order?.length !== count) {
      this.placed = new Float32Array(3 * count);
      this.order = new Uint32Array(count);
      this.bucket = new Uint16Array(count);
    }
  }

  // What is dim comes first, what is bright last.
  sort({ colours, depths: [near, far] }) {
    const { placed, bucket, order } = this;
    const starts = new Uint32Array(3 * STEPS + 1);
    const scale = STEPS / (far - near);
    for (let index = 0; index < order.length; index += 1) {
      const step = Math.max(0, Math.min(STEPS - 1, ((far - placed[3 * index + 2]) * scale) | 0));
      const layer = Math.max(0, colours[4 * index + 3] - DIM);
      bucket[index] = layer * STEPS + step;
      starts[bucket[index] + 1] += 1;
    }
    for (let step = 1; step < starts.length; step += 1) starts[step] += starts[step - 1];
    for (let index = 0; index < order.length; index += 1) order[starts[bucket[index]]++] = index;
  }

  discs({ colours, size, depths: [near, far], background, isSmooth }, width, height) {
    const { placed, order, pixels } = this;
    const [red, green, blue] = background;
    const span = 1 / (far - near);
    for (let turn = 0; turn < order.length; turn += 1) {
      const index = order[turn];
      const kind = colours[4 * index + 3];
      const depth = placed[3 * index + 2];
      if (kind === HIDDEN || depth <= 0) continue;
      const radius = Math.min(LARGEST, Math.max(0.8, (size * SIZES[kind]) / depth / 2));
      const x = Math.floor(placed[3 * index]);
      const y = Math.floor(placed[3 * index + 1]);
      const room = Math.ceil(radius) + 2;
      if (!(x >= room && y >= room && x < width - room && y < height - room)) continue;
      const step = Math.max(0, Math.min(1, (depth - near) * span));
      const fade = kind === DIM ? DIM_FADE : FADE * step * step * (3 - 2 * step);
      const rest = 1 - fade;
      const r = (colours[4 * index] * rest + red * fade) | 0;
      const g = (colours[4 * index + 1] * rest + green * fade) | 0;
      const b = (colours[4 * index + 2] * rest + blue * fade) | 0;
      const colour = (255 << 24) | (b << 16) | (g << 8) | r;
      const [partX, partY] = [placed[3 * index] - x, placed[3 * index + 1] - y];
      const { all, inside, rim, covers } = this.stamp(radius, (partX * PLACES) | 0, (partY * PLACES) | 0, width);
      const middle = y * width + x;
      const full = isSmooth ? inside : all;
      for (let at = 0; at < full.length; at += 1) pixels[middle + full[at]] = colour;
      if (!isSmooth) continue;
      const edge = radius < 2 ? 0 : RIM;
      const [er, eg, eb] = [r + (red - r) * edge, g + (green - g) * edge, b + (blue - b) * edge];
      for (let at = 0; at < rim.length; at += 1) {
        const below = pixels[middle + rim[at]];
        const cover = covers[at];
        const bare = 1 - cover;
        pixels[middle + rim[at]] =
          (255 << 24) |
          ((eb * cover + ((below >> 16) & 255) * bare) << 16) |
          ((eg * cover + ((below >> 8) & 255) * bare) << 8) |
          (er * cover + (below & 255) * bare);
      }
    }
  }

  // The pixels of a disc as steps from the one that its middle is in: those inside, those on the rim with how much it
  // covers of them, and for a picture in a hurry all that it covers at least half.
  stamp(radius, column, row, width) {
    const number = (Math.round(radius * RADIUS_STEPS) * PLACES + row) * PLACES + column;
    return (this.stamps[number] ??= newStamp(radius, (column + 0.5) / PLACES - 0.5, (row + 0.5) / PLACES - 0.5, width));
  }
}

function newStamp(wanted, right, down, width) {
  const radius = Math.round(wanted * RADIUS_STEPS) / RADIUS_STEPS;
  const [all, inside, rim, covers] = [[], [], [], []];
  const room = Math.ceil(radius) + 1;
  for (let y = -room; y <= room; y += 1) {
    for (let x = -room; x <= room; x += 1) {
      const away = Math.hypot(x - right, y - down);
      const cover = Math.max(0, Math.min(1, radius + 0.5 - away));
      if (cover >= 0.5) all.push(y * width + x);
      if (away < radius - 0.9) inside.push(y * width + x);
      else if (cover > 0.1) {
        rim.push(y * width + x);
        covers.push(cover);
      }
    }
  }
  const whole = [all, inside, rim].map((steps) => Int32Array.from(steps));
  return { all: whole[0], inside: whole[1], rim: whole[2], covers: Float32Array.from(covers) };
}
