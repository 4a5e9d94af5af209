/** Sequence and picture parameter sets, 7.3.2.1, 7.3.2.2 and Annex E. */
import { beginBits, finishBits, putBits } from './bit-writer';
import { putSigned, putUnsigned } from './exp-golomb';
import {
  codedHeight,
  codedWidth,
  macroblockColumns,
  macroblockRows,
  visibleHeight,
  visibleWidth,
} from './frame-layout';
import { MOTION_RANGE_LOG2 } from './motion-search';
import { NAL_PICTURE_PARAMETERS, NAL_SEQUENCE_PARAMETERS, writeNalUnit } from './nal';

export const FRAME_NUMBER_BITS: i32 = 8;
/** pic_init_qp; slices carry their difference from it. */
export const INITIAL_QUANTISER: i32 = 26;

const PROFILE_BASELINE: u32 = 66;
/** constraint_set0_flag and constraint_set1_flag: Constrained Baseline. */
const CONSTRAINED: u32 = 0xc0;
const BT709: u32 = 1;
const VIDEO_FORMAT_UNSPECIFIED: u32 = 5;
/** Chroma samples are means of 2x2: halfway between luma columns and rows (E.2.1, chroma_sample_loc_type 1). */
const CHROMA_CENTRED: u32 = 1;
const NO_LIMIT: u32 = 0;

let levelCode: u32 = 40;
let unitsInTick: u32 = 1;
let timeScale: u32 = 60;

/** Frames per second are timeScale / (2 x unitsInTick). */
export function setStreamParameters(level: u32, ticksPerSecond: u32, tickUnits: u32): void {
  levelCode = level;
  timeScale = ticksPerSecond;
  unitsInTick = tickUnits;
}

/** Both sets as NAL units at `destination`; `scratch` holds their payloads meanwhile. Returns the end address. */
export function writeParameterSets(scratch: usize, destination: usize): usize {
  beginBits(scratch);
  writeSequenceParameters();
  const end = writeNalUnit(NAL_SEQUENCE_PARAMETERS, scratch, finishBits(), destination);
  beginBits(scratch);
  writePictureParameters();
  return writeNalUnit(NAL_PICTURE_PARAMETERS, scratch, finishBits(), end);
}

function writeSequenceParameters(): void {
  putBits(8, PROFILE_BASELINE);
  putBits(8, CONSTRAINED);
  putBits(8, levelCode);
  putUnsigned(0); // seq_parameter_set_id
  putUnsigned(FRAME_NUMBER_BITS - 4);
  putUnsigned(2); // pic_order_cnt_type: output order is decoding order
  putUnsigned(1); // max_num_ref_frames
  putBits(1, 0); // gaps_in_frame_num_value_allowed_flag
  putUnsigned(macroblockColumns - 1);
  putUnsigned(macroblockRows - 1);
  putBits(1, 1); // frame_mbs_only_flag
  putBits(1, 1); // direct_8x8_inference_flag
  const cropRight = (codedWidth - visibleWidth) >> 1;
  const cropBottom = (codedHeight - visibleHeight) >> 1;
  if ((cropRight | cropBottom) != 0) {
    putBits(1, 1);
    putUnsigned(0);
    putUnsigned(cropRight);
    putUnsigned(0);
    putUnsigned(cropBottom);
  } else {
    putBits(1, 0);
  }
  putBits(1, 1); // vui_parameters_present_flag
  writeVideoUsability();
}

function writeVideoUsability(): void {
  putBits(1, 0); // aspect_ratio_info_present_flag
  putBits(1, 0); // overscan_info_present_flag
  putBits(1, 1); // video_signal_type_present_flag
  putBits(3, VIDEO_FORMAT_UNSPECIFIED);
  putBits(1, 0); // video_full_range_flag
  putBits(1, 1); // colour_description_present_flag
  putBits(8, BT709); // colour_primaries
  putBits(8, BT709); // transfer_characteristics
  putBits(8, BT709); // matrix_coefficients
  putBits(1, 1); // chroma_loc_info_present_flag
  putUnsigned(CHROMA_CENTRED);
  putUnsigned(CHROMA_CENTRED);
  putBits(1, 1); // timing_info_present_flag
  putBits(32, unitsInTick);
  putBits(32, timeScale);
  putBits(1, 1); // fixed_frame_rate_flag
  putBits(1, 0); // nal_hrd_parameters_present_flag
  putBits(1, 0); // vcl_hrd_parameters_present_flag
  putBits(1, 0); // pic_struct_present_flag
  putBits(1, 1); // bitstream_restriction_flag
  putBits(1, 1); // motion_vectors_over_pic_boundaries_flag
  putUnsigned(NO_LIMIT); // max_bytes_per_pic_denom
  putUnsigned(NO_LIMIT); // max_bits_per_mb_denom
  putUnsigned(MOTION_RANGE_LOG2);
  putUnsigned(MOTION_RANGE_LOG2);
  putUnsigned(0); // max_num_reorder_frames
  putUnsigned(1); // max_dec_frame_buffering
}

function writePictureParameters(): void {
  putUnsigned(0); // pic_parameter_set_id
  putUnsigned(0); // seq_parameter_set_id
  putBits(1, 0); // entropy_coding_mode_flag: CAVLC
  putBits(1, 0); // bottom_field_pic_order_in_frame_present_flag
  putUnsigned(0); // num_slice_groups_minus1
  putUnsigned(0); // num_ref_idx_l0_default_active_minus1
  putUnsigned(0); // num_ref_idx_l1_default_active_minus1
  putBits(1, 0); // weighted_pred_flag
  putBits(2, 0); // weighted_bipred_idc
  putSigned(INITIAL_QUANTISER - 26);
  putSigned(0); // pic_init_qs_minus26
  putSigned(0); // chroma_qp_index_offset
  putBits(1, 1); // deblocking_filter_control_present_flag
  putBits(1, 0); // constrained_intra_pred_flag
  putBits(1, 0); // redundant_pic_cnt_present_flag
}
