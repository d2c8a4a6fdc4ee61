# Tải tệp lên, thông tin bản tin và phiên bản mới.
nav-uploads = Tải lên
upload-open-title = Đang tải lên
upload-files = Các tệp âm thanh
upload-files-hint = (chọn được nhiều tệp; MP3, M4A, WAV, FLAC, AIFF, OGG, Opus; mỗi tệp không quá { $size })
upload-trim = Cắt khoảng lặng ở đầu và cuối
upload-trim-hint = (bản gốc vẫn giữ nguyên)
upload-facts-later = Thông tin dưới đây có thể để trống và điền sau; khi tải nhiều tệp, mỗi tệp được điền riêng.
upload-where = Tệp đang ở bước nào
upload-progress = { $part } trên { $whole }
upload-progress-of = Đã tải lên của { $name }
upload-left-minutes = còn khoảng { $n } phút
upload-left-less = còn dưới 1 phút
upload-waiting = Đợi tệp trước
upload-reading = Đang đọc tệp
upload-pause = Tạm dừng
upload-continue = Tải tiếp
upload-paused = Đã tạm dừng
upload-cancel = Hủy
upload-retry = Thử lại
upload-lost = Mất mạng lúc { $at }, đang thử nối lại.
upload-again = Mất mạng lúc { $lost }, đã nối lại lúc { $again }.
upload-from = Tải tiếp từ { $part }.
upload-sent = Đã tải lên đủ
upload-pick-again = Chọn lại tệp để tải tiếp
upload-pick-again-why = Chưa tải xong. Hãy chọn lại đúng tệp này để tải tiếp từ chỗ dừng.
upload-other-file = Đây không phải tệp đã tải dở: kích thước hoặc phần đầu tệp khác. Hãy chọn đúng tệp, hoặc hủy rồi tải tệp mới.
upload-trouble = Máy chủ chưa nhận được tệp. Hãy thử lại.
upload-give-facts = Điền thông tin bản tin
upload-facts-wrong = Thông tin bản tin còn chỗ chưa đúng; hãy mở để sửa.
upload-leave = Tệp đang tải lên; rời trang thì phải chọn lại tệp để tải tiếp.

upload-state-receiving = Đang nhận
upload-state-queued = Đợi kiểm tra
upload-state-checking = Đang kiểm tra
upload-state-checked = Đạt, chờ thông tin
upload-state-refused = Không nhận
upload-state-failed = Chưa kiểm tra được
upload-state-used = Đã thành bản nháp
upload-state-cancelled = Đã hủy
upload-state-swept = Đã dọn vì quá hạn

upload-next-receiving = Máy chủ mới nhận được một phần tệp. Hãy mở trang Bản tin và chọn lại đúng tệp này để tải tiếp.
upload-next-draft = Tệp đã tải lên đủ. Kiểm tra xong, nếu đạt, tệp thành bản nháp với thông tin đã điền.
upload-next-checking = Tệp đã tải lên đủ và đang được kiểm tra lần lượt. Trang tự tải lại.
upload-next-checked = Tệp đạt kiểm tra. Hãy điền thông tin để thành bản nháp.
upload-next-refused = Tệp không đạt kiểm tra và không được giữ lại. Lý do và cách sửa ở dưới.
upload-next-failed = Máy chủ chưa kiểm tra được tệp. Tệp còn nguyên.
upload-next-used = Tệp đã thành một phiên bản của bản tin.
upload-next-ended = Việc tải lên này đã kết thúc.

upload-why-worker-failed = Bộ kiểm tra âm thanh của máy chủ gặp lỗi. Hãy bấm thử lại; nếu vẫn lỗi, hãy báo quản trị hệ thống.
upload-why-file-lost = Tệp trên máy chủ bị thiếu. Hãy hủy rồi tải lại từ đầu.
upload-why-other-head = Nội dung nhận được không khớp tệp đã chọn. Hãy tải lại từ đầu.

upload-facts-title = Thông tin bản tin
upload-facts-go = Lưu thông tin
facts-origin = Bản tin của
facts-origin-department = Sở
facts-origin-commune = xã, phường (tin địa phương)
facts-sibling = Là bản tiếng khác của
facts-sibling-hint = (mã bản tin; để trống nếu không phải)
facts-document-ends = Văn bản nguồn hết hiệu lực
facts-document-ends-hint = (nếu có; bản tin ngừng phát cùng ngày)

version-new = Phiên bản mới
version-new-title = Phiên bản mới của { $code }
version-after = sau phiên bản { $version }, phải được duyệt lại
version-file = Tệp âm thanh mới
version-file-hint = (để trống nếu giữ âm thanh hiện có; không quá { $size })
version-go = Lập phiên bản mới

upload-refused-empty = Tệp rỗng. Hãy chọn tệp có âm thanh.
upload-refused-long = Tệp lớn quá mức { $size }. Hãy xuất lại dạng MP3 hoặc chia thành nhiều phần.
upload-refused-quota = Đơn vị đã tải { $used } trong 30 ngày qua trên hạn mức { $quota }, không còn đủ chỗ cho tệp này. Hãy hủy tệp chưa dùng, đợi thêm ít ngày hoặc đề nghị Sở nâng hạn mức.
upload-refused-open = Bạn đang có { $n } tệp chưa xong, là mức nhiều nhất. Hãy điền thông tin hoặc hủy bớt rồi tải tiếp.
upload-refused-unit = Tên đăng nhập của bạn chưa được giao đơn vị nào để tải tệp lên.
upload-refused-disk = Máy chủ hết chỗ chứa. Phần đã nhận vẫn giữ; hãy báo quản trị hệ thống, rồi tải tiếp.
upload-refused-offset = Máy chủ đang có { $part }. Hãy tải tiếp từ đó.
upload-refused-more = Nhận nhiều hơn kích thước đã báo trước. Hãy tải lại từ đầu.
upload-refused-stalled = Không nhận được gì trong { $n } giây. Phần đã nhận vẫn giữ; hãy tải tiếp.
upload-refused-broken = Đường truyền bị ngắt. Phần đã nhận vẫn giữ; hãy tải tiếp.
upload-refused-overtaken = Tệp này đang được tải tiếp từ một trang khác.
upload-refused-ended = Tệp này không còn nhận thêm: đã tải đủ, đã hủy hoặc đã dọn.
upload-refused-header = Cần số byte đã gửi trong đầu mục upload-offset.
upload-refused-unknown = Không có tệp tải lên này.
upload-refused-retry = Tệp này không ở trạng thái thử lại được.

error-document-ends = Ngày hết hiệu lực chưa đúng. Hãy chọn lại hoặc để trống.
error-document-before = Văn bản hết hiệu lực trước ngày bắt đầu phát, bản tin sẽ không bao giờ phát. Hãy xem lại hai ngày.
error-sibling-unknown = Không có bản tin mang mã { $value }. Hãy ghi mã của bản tin gốc, hoặc để trống.
error-sibling-self = Bản tin không thể là bản tiếng khác của chính nó.
error-sibling-language = Bản tin { $value } cùng một tiếng nói với bản này. Hãy sửa mã tiếng nói, hoặc để trống ô này.
error-origin = Hãy chọn bản tin của Sở hay của xã.
error-commune-one = Tin địa phương chỉ dành cho đúng một xã, phường. Hãy ghi một mã xã và không loại trừ đơn vị nào.

flash-upload-cancelled = Đã hủy tệp tải lên.
flash-upload-retried = Đã xếp hàng kiểm tra lại.
flash-upload-ended = Việc tải lên này đã kết thúc từ trước. Chưa thay đổi gì.
flash-upload-files = Đã nhận { $n } tệp; đang kiểm tra lần lượt.
flash-facts-saved = Đã lưu thông tin. Kiểm tra xong, nếu đạt, tệp thành bản nháp.
flash-code-taken = Mã bản tin vừa có người khác dùng. Hãy đặt mã khác; tệp vẫn còn.
flash-uploaded-order-refused = Đã có bản nháp, nhưng chưa lập được yêu cầu phát: lịch không cho phép. Hãy xem lại số lượt.

col-severity = Mức
col-finding = Phát hiện
col-at = Tại
col-remedy = Cách sửa
