/** The most negative float32: after the softmax, a key whose score it is added to has weight exactly 0. */
export const maskedScore = -3.4028234663852886e38;
