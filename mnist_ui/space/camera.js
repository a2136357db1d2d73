// The camera: it turns around the middle of the points, and places them on the screen.

const VIEW_ANGLE = Math.PI / 4.5;
const FIT = 2.8; // From this distance a ball of radius 1 fills the picture.
const NEAREST_ZOOM = 0.35;
const FARTHEST_ZOOM = 14;
const START = { yaw: 0.6, pitch: 0.35, zoom: 1, x: 0, y: 0 };
const START_FLAT = { yaw: 0, pitch: 0, zoom: 1, x: 0, y: 0 };

class Camera {
  constructor(isFlat = false) {
    this.reset(isFlat);
  }

  reset(isFlat = this.isFlat) {
    this.isFlat = isFlat;
    Object.assign(this, isFlat ? START_FLAT : START);
  }

  get state() {
    const { yaw, pitch, zoom, x, y } = this;
    return { yaw, pitch, zoom, x, y };
  }

  turn(yaw, pitch) {
    this.yaw = (this.yaw + yaw) % (2 * Math.PI);
    this.pitch = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, this.pitch + pitch));
  }

  // Moves what is seen by so many pixels.
  move(x, y, height) {
    const unit = (2 * Math.tan(VIEW_ANGLE / 2) * FIT) / this.zoom / height;
    this.x += x * unit;
    this.y -= y * unit;
  }

  // Zooms so that what is under a place of the screen (pixels from its middle) stays there. Gives whether it did.
  magnify(factor, x, y, height) {
    const zoom = Math.max(NEAREST_ZOOM, Math.min(FARTHEST_ZOOM, this.zoom * factor));
    if (zoom === this.zoom) return false;
    this.move(-x, -y, height);
    this.zoom = zoom;
    this.move(x, y, height);
    return true;
  }

  // How far the eye is from the middle.
  get distance() {
    return FIT / this.zoom;
  }

  // So many pixels is what is 1 long at a distance from the eye.
  unit(width, height, depth) {
    return Math.min(width, height) / 2 / Math.tan(VIEW_ANGLE / 2) / depth;
  }

  // The 4 x 4 matrix from the points' space to clip space, column by column.
  matrix(width, height) {
    const [sy, cy, sp, cp] = [Math.sin(this.yaw), Math.cos(this.yaw), Math.sin(this.pitch), Math.cos(this.pitch)];
    const f = 1 / Math.tan(VIEW_ANGLE / 2);
    const a = (f * height) / width;
    // A narrow screen sees the whole ball, too.
    const narrow = Math.min(1, width / height);
    const distance = this.distance;
    const [near, far] = [0.02, distance + 6];
    const [p, q] = [-(far + near) / (far - near), (-2 * far * near) / (far - near)];
    // Rows of the rotation: around the upright axis first, then forward.
    const rx = [cy, 0, sy];
    const ry = [sp * sy, cp, -sp * cy];
    const rz = [-cp * sy, sp, cp * cy];
    const columns = [];
    for (let axis = 0; axis < 3; axis += 1) {
      const z = narrow * rz[axis];
      columns.push(a * narrow * rx[axis], f * narrow * ry[axis], p * z, -z);
    }
    columns.push(a * this.x, f * this.y, p * -distance + q, distance);
    return new Float32Array(columns);
  }
}

// Places points on a screen: for each point x, y in pixels and its distance from the eye (not above 0 behind it).
function project(matrix, from, to, way, width, height, out) {
  const [a, b, , d, e, f, , h, i, j, , l, m, n, , p] = matrix;
  const [halfWidth, halfHeight] = [width / 2, height / 2];
  const rest = 1 - way;
  for (let at = 0; at < from.length; at += 3) {
    const x = from[at] * rest + to[at] * way;
    const y = from[at + 1] * rest + to[at + 1] * way;
    const z = from[at + 2] * rest + to[at + 2] * way;
    const depth = d * x + h * y + l * z + p;
    out[at] = halfWidth * (1 + (a * x + e * y + i * z + m) / depth);
    out[at + 1] = halfHeight * (1 - (b * x + f * y + j * z + n) / depth);
    out[at + 2] = depth;
  }
  return out;
}
